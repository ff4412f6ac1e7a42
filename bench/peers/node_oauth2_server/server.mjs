// The library on node:http. The model is the usual one: maps in memory, a session cookie, public clients with PKCE.
import { createRequire } from 'node:module'
import { createServer } from 'node:http'
import { readFileSync } from 'node:fs'

const [modules, worldFile, port] = process.argv.slice(2)
const OAuth2Server = createRequire(modules + '/')('@node-oauth/oauth2-server')
const { Request, Response } = OAuth2Server

const world = JSON.parse(readFileSync(worldFile))
const clients = new Map(world.clients.map(({ client_id: id, redirect_uri: uri }) =>
  [id, { id, redirectUris: [uri], grants: ['authorization_code', 'refresh_token'] }]))
const users = new Map(world.users.map(name => [name, { id: name }]))
const sessions = new Map(Object.entries(world.sessions))
const codes = new Map()
const accessTokens = new Map()
const refreshTokens = new Map()

const model = {
  async getClient (id) { return clients.get(id) },
  async saveAuthorizationCode (code, client, user) {
    const saved = { ...code, client: { id: client.id }, user }
    codes.set(code.authorizationCode, saved)
    return saved
  },
  async getAuthorizationCode (code) { return codes.get(code) },
  async revokeAuthorizationCode ({ authorizationCode }) { return codes.delete(authorizationCode) },
  async saveToken (token, client, user) {
    const saved = { ...token, client: { id: client.id }, user }
    accessTokens.set(token.accessToken, saved)
    if (token.refreshToken) refreshTokens.set(token.refreshToken, saved)
    return saved
  },
  async getAccessToken (token) { return accessTokens.get(token) },
  async getRefreshToken (token) { return refreshTokens.get(token) },
  async revokeToken ({ refreshToken }) { return refreshTokens.delete(refreshToken) },
  async validateScope (user, client, scope) { return scope },
  async verifyScope () { return true }
}
const oauth = new OAuth2Server({ model, requireClientAuthentication: { authorization_code: false } })
const authenticateHandler = {
  handle (request) {
    const sid = /(?:^|; )sid=([^;]+)/.exec(request.headers.cookie ?? '')
    return sid && users.get(sessions.get(sid[1]))
  }
}

async function answer (incoming, body) {
  const url = new URL(incoming.url, 'http://localhost')
  const request = new Request({
    method: incoming.method, headers: incoming.headers, query: Object.fromEntries(url.searchParams), body
  })
  const response = new Response()
  try {
    if (url.pathname === '/authorize') await oauth.authorize(request, response, { authenticateHandler })
    else if (url.pathname === '/token') await oauth.token(request, response)
    else if (url.pathname === '/me') response.body = { user: (await oauth.authenticate(request, response)).user.id }
    else response.status = 404
  } catch (error) {
    response.status = error.code ?? 500
    response.body = { error: error.name, error_description: error.message }
  }
  return response
}

createServer((incoming, outgoing) => {
  const parts = []
  incoming.on('data', part => parts.push(part))
  incoming.on('end', async () => {
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString()))
    const response = await answer(incoming, form)
    const text = response.status === 302 ? '' : JSON.stringify(response.body)
    outgoing.writeHead(response.status, {
      ...response.headers, 'content-type': 'application/json', 'content-length': Buffer.byteLength(text)
    })
    outgoing.end(text)
  })
}).listen(Number(port), '127.0.0.1')

// oidc-provider as its documentation shows it, with sessions and grants made beforehand through its own models.
import { createRequire } from 'node:module'
import { createHmac } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import * as memory from './memory.mjs'
import * as redis from './redis.mjs'
import * as sqlite from './sqlite.mjs'

const [modules, worldFile, port, storage, where] = process.argv.slice(2)
const require = createRequire(modules + '/')
const load = name => import(pathToFileURL(require.resolve(name)))
const { Provider } = await load('oidc-provider')
const world = JSON.parse(readFileSync(worldFile))
const adapter = await { memory, redis, sqlite }[storage].open(load, where)

const DAY = 86400
const COOKIE_KEY = 'a key of the benchmark'
const provider = new Provider(`http://127.0.0.1:${port}`, {
  adapter,
  clients: world.clients.map(({ client_id, redirect_uri }) => ({
    client_id,
    redirect_uris: [redirect_uri],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'none'
  })),
  scopes: ['openid', 'offline_access', ...world.scope.split(' ')],
  cookies: { keys: [COOKIE_KEY] },
  features: { devInteractions: { enabled: false }, introspection: { enabled: true } },
  ttl: { AccessToken: 3600, AuthorizationCode: 60, Grant: DAY, IdToken: 3600, Interaction: 3600, Session: DAY },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) })
})

const cookies = {}
async function remember (sid, { user, clients }) {
  const session = new provider.Session({ jti: sid })
  session.loginAccount({ accountId: user })
  for (const clientId of clients) {
    const grant = new provider.Grant({ accountId: user, clientId })
    grant.addOIDCScope(`openid ${world.scope}`)
    session.ensureClientContainer(clientId)
    session.grantIdFor(clientId, await grant.save(DAY))
  }
  await session.save(DAY)
  const signature = createHmac('sha1', COOKIE_KEY).update(`_session=${sid}`).digest('base64url')
  cookies[sid] = `_session=${sid}; _session.sig=${signature}`
}
await Promise.all(Object.entries(world.visits).map(([sid, visit]) => remember(sid, visit)))
writeFileSync('cookies.json', JSON.stringify(cookies))
provider.listen(Number(port), '127.0.0.1')

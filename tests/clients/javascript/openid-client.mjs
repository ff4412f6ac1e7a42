// A back end with openid-client: discovery, PKCE, the checks of the callback and the ID token, refresh,
// introspection, revocation, logout. It speaks with the test in lines of JSON, see conversation.py.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const client = await import(pathToFileURL(createRequire(process.argv[2]).resolve('openid-client')));

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const hear = async () => JSON.parse((await lines.next()).value);
const say = (document) => process.stdout.write(`${JSON.stringify(document)}\n`);

const settings = await hear();
const openInBrowser = async (url) => {
  say({ open: url.href });
  return new URL(await hear());
};
const authentication = {
  none: () => client.None(),
  client_secret_basic: () => client.ClientSecretBasic(settings.secret),
  client_secret_post: () => client.ClientSecretPost(settings.secret),
}[settings.method]();

const server = await client.discovery(new URL(settings.issuer), settings.clientId, undefined, authentication);
client.enableNonRepudiationChecks(server); // the signature of the ID token is checked with the keys of the server

const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const nonce = client.randomNonce();
const parameters = {
  redirect_uri: settings.redirectUri,
  scope: 'openid profile email offline_access',
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
  nonce,
};
const url = settings.pushed
  ? await client.buildAuthorizationUrlWithPAR(server, parameters)
  : client.buildAuthorizationUrl(server, parameters);
const callback = await openInBrowser(url);
const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true, maxAge: 900 };

let replay;
const first = await client.authorizationCodeGrant(server, callback, checks);
const claims = first.claims();
const user = await client.fetchUserInfo(server, first.access_token, claims.sub);
const second = await client.refreshTokenGrant(server, first.refresh_token);
const confidential = settings.method !== 'none';
const before = confidential ? await client.tokenIntrospection(server, second.access_token) : null;
await client.tokenRevocation(server, second.refresh_token, { token_type_hint: 'refresh_token' });
const after = confidential ? await client.tokenIntrospection(server, second.access_token) : null;
try {
  await client.refreshTokenGrant(server, second.refresh_token);
} catch (error) {
  replay = { error: error.error, status: error.status };
}
const end = client.buildEndSessionUrl(server, {
  post_logout_redirect_uri: settings.postLogoutRedirectUri,
  id_token_hint: second.id_token,
  state: 'the end',
});
const ended = await openInBrowser(end);

say({
  done: {
    url: url.href,
    name: user.name,
    email: user.email,
    rotated: first.refresh_token !== second.refresh_token,
    samePerson: second.claims().sub === claims.sub,
    before,
    after,
    replay,
    ended: ended.href,
  },
});
process.exit(0);

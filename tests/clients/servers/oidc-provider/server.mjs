// oidc-provider as its documentation starts it: development interactions, its in-memory adapter, its own key.
// node server.mjs PACKAGE.JSON, with what to register on standard input. It prints its port, then one line of JSON.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const { Provider } = await import(pathToFileURL(createRequire(process.argv[2]).resolve('oidc-provider')));

let text = '';
for await (const piece of process.stdin) text += piece;
const { clients } = JSON.parse(text);

const server = createServer();
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients,
  claims: { openid: ['sub'], profile: ['name'], email: ['email'] },
  features: { revocation: { enabled: true }, devInteractions: { enabled: true } },
  // Single-page apps ask from another origin; without this the provider permits none.
  clientBasedCORS: (_, origin, client) => client.redirectUris.some((uri) => uri.startsWith(`${origin}/`)),
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: 'Ada', email: 'ada@example.org' }) }),
});
server.on('request', provider.callback());
process.stdout.write(`${JSON.stringify({ issuer })}\n`);

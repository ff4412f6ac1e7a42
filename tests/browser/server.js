// An authorization server for tests in Node: a real HTTP server whose token endpoint answers as the test says.

import { createHash } from 'node:crypto';
import { createServer } from 'node:http';

export const challengeOf = (verifier) => createHash('sha256').update(verifier).digest('base64url');

/** Start it; `answers` maps a path to (form, request) => [status, headers, body], or to a promise of that. */
export async function serve(answers = {}) {
  const requests = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { pathname } = new URL(request.url, 'http://server');
    const form = Object.fromEntries(new URLSearchParams(body));
    requests.push({ path: pathname, method: request.method, headers: request.headers, body, form });
    const [status, headers, text] = (await answers[pathname]?.(form, request)) ?? [404, {}, ''];
    response.writeHead(status, { 'x-request-id': `request-${requests.length}`, connection: 'close', ...headers });
    response.end(text);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  return {
    origin,
    requests,
    answers,
    endpoints: { issuer: origin, authorization_endpoint: origin + '/oauth/authorize', token_endpoint: origin + '/oauth/token' },
    to: (path) => requests.filter((request) => request.path === path),
    close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
}

export const json = (status, document) => [status, { 'content-type': 'application/json' }, JSON.stringify(document)];

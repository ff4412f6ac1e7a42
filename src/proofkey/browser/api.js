/**
 * Calls of an API with the access token: which origin may see it is decided once, here.
 */

/**
 * A fetch() for the API at `base`. Addresses are relative to it; other origins are fetched without the token.
 * A token about to run out is renewed first where that is possible.
 */
export function apiFetch(client, base) {
  const { origin, href } = new URL(base, location.href);
  return async (input, init) => {
    const request = new Request(input instanceof Request ? input : new URL(input, href), init);
    if (new URL(request.url).origin === origin) {
      request.headers.set('Authorization', 'Bearer ' + (await client.token()));
    }
    return fetch(request);
  };
}

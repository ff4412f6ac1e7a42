// The login, and what each of its failures means to the person at the screen.
import { createClient } from 'proofkey';
import { discover } from 'proofkey/discovery';

const { VITE_ISSUER = 'http://127.0.0.1:8400', VITE_CLIENT_ID = 'my-vite-app' } = import.meta.env;

export const auth = createClient({
  endpoints: discover(VITE_ISSUER),
  clientId: VITE_CLIENT_ID,
  redirectUri: '/callback',
  scope: 'openid profile offline_access',
  timeout: 2_000,
});

/** Who is logged in. A token that is over is renewed once; a renewal that fails is the caller's to show. */
export async function profile() {
  const ask = async () =>
    fetch(`${VITE_ISSUER}/oauth/userinfo`, { headers: { authorization: `Bearer ${await auth.token()}` } });
  let answer = await ask();
  if (answer.status === 401) {
    await auth.refresh();
    answer = await ask();
  }
  if (!answer.ok) throw new Error(`userinfo answered ${answer.status}`);
  return answer.json();
}

/** A sentence for a person; the error's own text is for the developer and has the fault's page. */
export function advice({ fault }) {
  switch (fault) {
    case 'user-denied-access':
      return 'You did not allow the login.';
    case 'rate-limited':
    case 'server-unavailable':
      return 'The login server is busy. Please try again in a minute.';
    case 'cors-answer-unreadable':
      return 'The login server could not be reached. Please check your network and log in again.';
    case 'state-mismatch':
    case 'issuer-mismatch':
      return 'This login did not start here. Please log in again.';
    case 'refresh-token-expired':
      return 'Your login is over. Please log in again.';
    default:
      return 'The login did not work. Please log in again.';
  }
}

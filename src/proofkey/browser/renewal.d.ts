import type { Client, LoginRequest, Session } from './proofkey.js';

export interface RenewalOptions {
  /** Seconds before expiry at which to renew; default 60, and never more than a fifth of the lifetime. */
  ahead?: number;
  /** Gets a new session where there is no refresh token, e.g. `() => renewInFrame(auth, '/popup.html')`. */
  silently?: () => Promise<Session>;
  /** Leave for a new login when the token cannot be renewed and the page is in view; default false. */
  redirect?: boolean;
  /** Makes the request of that login, e.g. with the place to come back to as `appState`. */
  request?: () => LoginRequest;
}

/** Keep the token fresh; gives a function that stops it. */
export function keepFresh(client: Client, options?: RenewalOptions): () => void;

import type { Client, LoginRequest, Session } from './proofkey.js';

export interface RenewalOptions {
  /** Seconds before expiry at which to renew; default 60, and never more than a fifth of the lifetime. */
  ahead?: number;
  /** Leave for a new login when the token cannot be renewed and the page is in view; default false. */
  redirect?: boolean;
  /** Makes the request of that login, e.g. with the place to come back to as `appState`. */
  request?: () => LoginRequest;
}

/** Events that keepFresh adds: `expiring` may be cancelled to keep the page from leaving. */
export interface RenewalEvents {
  expiring: CustomEvent<Session>;
  expired: CustomEvent<Session>;
}

/** Keep the token fresh; gives a function that stops it. */
export function keepFresh(client: Client, options?: RenewalOptions): () => void;

import type { Client, LoginRequest, Session } from './proofkey.js';

export interface PopupOptions {
  request?: LoginRequest;
  /** Gets a text for takeOver; replaces postMessage to the opener, e.g. by TeamsJS `authentication.notifySuccess`. */
  handOver?: (outcome: string) => unknown;
}

/** From a click: open a page of ours that calls runPopup, and take over the session it obtains. */
export function loginInPopup(client: Client, address: string, features?: string): Promise<Session>;

/**
 * Get a new token without a refresh token and without a question: that same page in a hidden frame, with prompt=none.
 * `patience` in milliseconds, default 10000. Rejects with `error: 'login_required'`; only for servers of this site.
 */
export function renewInFrame(client: Client, address: string, patience?: number): Promise<Session>;

/** On the popup's or frame's page, whose address is the client's redirect URI. */
export function runPopup(client: Client, options?: PopupOptions): Promise<void>;

/** Take over what runPopup handed over; throws a ProofkeyError if the login failed. */
export function takeOver(client: Client, outcome: string, event?: 'login' | 'renew'): Session;

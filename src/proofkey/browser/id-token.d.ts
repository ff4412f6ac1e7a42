import type { ClientOptions } from './proofkey.js';

/** For the option `checkIdToken` of createClient. */
export const checkIdToken: NonNullable<ClientOptions['checkIdToken']>;

/** The claims that an ID token carries, unchecked; an empty object for what is none. */
export function claimsOf(idToken: string | undefined): Record<string, unknown>;

import type { PublishedEndpoints } from './proofkey.js';

/** The endpoints of an issuer. Asked for when a login begins; metadata of another issuer is refused. */
export function discover(issuer: string): PublishedEndpoints;

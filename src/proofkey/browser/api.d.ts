import type { Client } from './proofkey.js';

/** A fetch() for the API at `base`: relative addresses, access token added for that origin only. */
export function apiFetch(client: Client, base: string): typeof fetch;

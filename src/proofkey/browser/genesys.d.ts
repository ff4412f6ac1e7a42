import type { Endpoints } from './proofkey.js';

export interface GenesysEndpoints extends Endpoints {
  /** Address of the API, e.g. 'https://api.mypurecloud.ie'. */
  api: string;
}

/** The endpoints of a Genesys Cloud region, e.g. 'mypurecloud.ie' or 'usw2.pure.cloud'. */
export function genesys(region: string): GenesysEndpoints;

export namespace genesys {
  /** The same behind one address: a gateway, or a local server with the Genesys Cloud personality. */
  function at(address: string): GenesysEndpoints;
}

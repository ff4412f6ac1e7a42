/**
 * Genesys Cloud: a region is all one needs to know. Logins go to login.{region}, API calls to api.{region};
 * no address has an organisation's or account's name in it, and none is below /api/v2 but the API.
 */

import { ProofkeyError } from './proofkey.js';

const REGION = /^(mypurecloud\.(com|com\.au|de|ie|jp)|[a-z]+\d\.(us-gov-|eusc-)?pure\.cloud)$/;

/** The endpoints of a region such as 'mypurecloud.ie', for createClient. `api` is the address of its API. */
export function genesys(region) {
  if (!REGION.test(region)) throw new ProofkeyError('wrong-host', `${region} is no Genesys Cloud region`);
  return at(`https://login.${region}`, `https://api.${region}`);
}

/** The same endpoints behind one address: a gateway, or a local server with the Genesys Cloud personality. */
genesys.at = (address) => {
  const { origin } = new URL(address);
  return { ...at(origin, origin), faultPages: origin + '/faults/' };
};

const at = (login, api) => ({
  api,
  authorization_endpoint: login + '/oauth/authorize',
  token_endpoint: login + '/oauth/token',
  logout_endpoint: login + '/logout',
});

import { genesys } from 'proofkey/genesys';

// Set in angular.json. A gateway is for a proofkey server on this machine; a real organisation has genesys('mypurecloud.ie').
declare const GATEWAY: string;
declare const CLIENT_ID: string;

export const cloud = genesys.at(GATEWAY);
export const clientId = CLIENT_ID;

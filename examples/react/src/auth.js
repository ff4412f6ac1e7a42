// One client for the whole app, made outside of React: components come and go, a login does not.
import { createClient } from 'proofkey';
import { apiFetch } from 'proofkey/api';
import { genesys } from 'proofkey/genesys';
import { keepFresh } from 'proofkey/renewal';
import { shareTabs } from 'proofkey/tabs';

const { VITE_GATEWAY, VITE_REGION = 'mypurecloud.com', VITE_CLIENT_ID = 'my-react-app' } = import.meta.env;

// A gateway is for a proofkey server on this machine: VITE_GATEWAY=http://127.0.0.1:8400
export const cloud = VITE_GATEWAY ? genesys.at(VITE_GATEWAY) : genesys(VITE_REGION);
export const auth = createClient({ endpoints: cloud, clientId: VITE_CLIENT_ID, redirectUri: '/callback' });
export const api = apiFetch(auth, cloud.api);

const tabs = shareTabs(auth);
keepFresh(auth, { redirect: true, request: () => ({ appState: { path: location.pathname } }) });

/** Finish a login that is under way, or take the session of another tab; null where nobody is logged in. */
export async function start() {
  const session = (await auth.handleCallback()) ?? (await tabs.ready);
  if (session?.appState?.path) history.replaceState(null, '', session.appState.path);
  return session;
}

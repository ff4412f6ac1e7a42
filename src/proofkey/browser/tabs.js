/**
 * One session for all tabs of an app on one origin: login, renewal and logout reach every tab, and a new tab asks the
 * others instead of the server. Tokens pass through a BroadcastChannel, from memory to memory; nothing is stored.
 */

const PATIENCE = 150; // milliseconds for other tabs to answer
const LONG_PATIENCE = 2000; // where another tab was heard before: a busy machine may keep it waiting

const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));

/**
 * Share the client's session. `ready` resolves when the other tabs had time to answer: with their session or null.
 * The client then renews in one tab only: whoever holds the lock first asks whether another tab was faster.
 */
export function shareTabs(client) {
  const { clientId, endpoints } = client.options;
  const channel = new BroadcastChannel(`proofkey:${clientId}:${endpoints.issuer ?? endpoints.token_endpoint}`);
  let lineage; // which login the session comes from, and how often it was renewed
  let generation = 0;
  let receiving = false; // what comes from another tab is not told again
  let others = false; // whether a tab was heard of, and answered when it was last asked
  let newer, answered; // resolve the questions under way

  const post = (event) => {
    const { session } = client;
    // A lifetime travels as what is left of it: clocks of pages have different origins.
    const shared = session && { ...session, appState: undefined, expiresIn: client.remaining() / 1000 };
    channel.postMessage({ event, lineage, generation, session: shared });
  };

  const told = ({ type }) => {
    if (receiving) return;
    if (type === 'login') [lineage, generation] = [crypto.randomUUID(), 0];
    if (type === 'renew') generation += 1;
    post(type);
  };
  const events = ['login', 'renew', 'logout'];
  for (const event of events) client.addEventListener(event, told);

  channel.onmessage = ({ data }) => {
    others = true;
    if (data.event === 'ask') {
      if (client.session) post('answer');
      return;
    }
    answered?.();
    receiving = true;
    if (data.event === 'logout') {
      client.forget();
    } else if (data.event === 'login' || !client.session || (data.lineage === lineage && data.generation > generation)) {
      ({ lineage, generation } = data);
      client.adopt(data.session, data.event === 'login' || !client.session ? 'login' : 'renew');
      newer?.();
    }
    receiving = false;
  };

  /** Ask the other tabs for something newer; wait for it a moment, and longer where there is somebody to answer. */
  const ask = async () => {
    const found = new Promise((resolve) => (newer = resolve));
    const answer = new Promise((resolve) => (answered = resolve));
    channel.postMessage({ event: 'ask' });
    await Promise.race([found, sleep(PATIENCE)]);
    if (others) others = await Promise.race([found, answer, sleep(LONG_PATIENCE).then(() => 'none')]) !== 'none';
    return client.session;
  };

  client.beforeRefresh = ask;
  if (client.session) told({ type: 'login' });
  return {
    ready: client.session ? Promise.resolve(client.session) : ask(),
    close() {
      for (const event of events) client.removeEventListener(event, told);
      client.beforeRefresh = undefined;
      channel.close();
    },
  };
}

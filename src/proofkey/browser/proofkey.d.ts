/** Where a client's server is: fixed addresses (names of RFC 8414 2), `discover(issuer)` or `genesys(region)`. */
export interface Endpoints {
  /** If given, a callback's `iss` must equal it (RFC 9207). */
  issuer?: string;
  authorization_endpoint: string;
  token_endpoint: string;
  revocation_endpoint?: string;
  /** OpenID Connect RP-Initiated Logout. */
  end_session_endpoint?: string;
  /** Genesys Cloud's logout, `?client_id&redirect_uri`. */
  logout_endpoint?: string;
  /** Whether a callback without `iss` is refused. */
  authorization_response_iss_parameter_supported?: boolean;
  prompt_values_supported?: string[];
  /** Where the pages of faults are; default `{issuer}/faults/`. */
  faultPages?: string;
}

/** Endpoints that are looked up when they are first needed. */
export interface PublishedEndpoints {
  issuer: string;
  load(failure: (fault: string, text?: string) => ProofkeyError, silence: (address: string, error: Error) => ProofkeyError): Promise<Endpoints>;
}

export interface ClientOptions {
  endpoints: Endpoints | PublishedEndpoints;
  clientId: string;
  /** As registered, character by character; a path such as '/callback' is completed with this page's origin. */
  redirectUri: string;
  scope?: string | readonly string[];
  /** Further parameters of every authorization request, such as `{ org, provider }`, `{ audience }`. */
  params?: Record<string, string | undefined>;
  /** Where the server sends people after logout; as registered. Genesys Cloud: default `redirectUri`. */
  logoutRedirectUri?: string;
  /** Milliseconds to wait for an answer; default 20000. */
  timeout?: number;
  /** Called before a session is accepted; rejects to refuse it. See id-token.js. */
  checkIdToken?(
    idToken: string | undefined,
    before: object,
    client: Client,
    failure: (fault: string | null, text?: string) => ProofkeyError,
  ): Promise<void>;
}

export interface LoginRequest {
  /** Further parameters of this authorization request, such as `{ prompt: 'login', login_hint }`. */
  params?: Record<string, string | undefined>;
  /** Anything JSON can hold; comes back as `session.appState`. */
  appState?: unknown;
}

export interface LogoutRequest {
  redirectUri?: string;
  /** Also revoke the tokens, where the server has a revocation endpoint. */
  revoke?: boolean;
  /** Only forget the tokens here; do not leave the page. */
  local?: boolean;
}

export interface Session {
  readonly accessToken: string;
  /** Seconds from arrival; Infinity if the server did not say. See `client.remaining()`. */
  readonly expiresIn: number;
  /** As granted; as asked for where the server did not say. */
  readonly scope?: string;
  readonly refreshToken?: string;
  readonly idToken?: string;
  readonly appState?: unknown;
}

export interface ClientEvents {
  login: CustomEvent<Session>;
  renew: CustomEvent<Session>;
  logout: CustomEvent<null>;
  /** From keepFresh: the token ends soon and cannot be renewed. May be cancelled to keep the page from leaving. */
  expiring: CustomEvent<Session>;
  /** From keepFresh: the token has run out; `logout` follows. */
  expired: CustomEvent<Session>;
}

export interface Client extends EventTarget {
  readonly options: Readonly<ClientOptions>;
  /** Null: nobody is logged in, or the token has run out and cannot be renewed. */
  readonly session: Session | null;
  /** Called under the lock before each renewal; a module that shares sessions between tabs sets it. */
  beforeRefresh?: () => Promise<unknown> | unknown;

  /** Leave for the login page. */
  login(request?: LoginRequest): Promise<void>;
  /** The endpoints: as given, or looked up. */
  discover(): Promise<Endpoints>;
  /** What `login` navigates to; the login is begun and stored. */
  authorizationUrl(request?: LoginRequest): Promise<string>;
  /** Finish a login if this page is its callback. Null on other pages. Redeems once, however often it is called. */
  handleCallback(): Promise<Session | null>;
  /** An access token good for the next half minute, renewed if need be and possible. */
  token(): Promise<string>;
  /** Milliseconds until the access token runs out. */
  remaining(): number;
  /** Renew the tokens now; one renewal at a time in all tabs. */
  refresh(): Promise<Session>;
  logout(request?: LogoutRequest): Promise<void>;
  /** Take over a session that another tab or a popup obtained. */
  adopt(session: Omit<Session, 'expiresIn'> & { expiresIn?: number | null }, event?: 'login' | 'renew'): Session;
  /** Drop the tokens of this page without telling the server. */
  forget(): void;

  addEventListener<K extends keyof ClientEvents>(type: K, listener: (event: ClientEvents[K]) => void, options?: boolean | AddEventListenerOptions): void;
  addEventListener(type: string, listener: EventListenerOrEventListenerObject | null, options?: boolean | AddEventListenerOptions): void;
}

/** Make a client; it sends nothing by itself. */
export function createClient(options: ClientOptions): Client;

/** The S256 code_challenge of a code_verifier. */
export function s256(verifier: string): Promise<string>;

/** What went wrong. Never holds a code, verifier or token. */
export class ProofkeyError extends Error {
  constructor(fault: string | null | undefined, text?: string, details?: object);
  /** Name in the fault catalogue (`proofkey explain <fault>`). */
  readonly fault?: string | null;
  /** Address of the fault's page, where the server has one. */
  readonly page?: string;
  /** The OAuth error code, if the server sent one; `login_required` from `token()` when nobody is logged in. */
  readonly error?: string;
  /** HTTP status of the answer, if there was one. */
  readonly status?: number;
  /** The answer's X-Request-Id, for the server's log. */
  readonly requestId?: string | null;
}

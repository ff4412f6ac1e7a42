/** Names of failures; docs/testing-your-login.md says what each does. */
export type FailureName =
  | 'expire-code'
  | 'expire-access-token'
  | 'refuse-refresh'
  | 'drop-cors'
  | 'rate-limit'
  | 'genesys-rate-limit'
  | 'unavailable'
  | 'html-answer'
  | 'redirect-token'
  | 'slow-answer'
  | 'lose-request'
  | 'lose-answer'
  | 'wrong-issuer'
  | 'wrong-state';

export type Endpoint =
  | 'authorize'
  | 'token'
  | 'revoke'
  | 'introspect'
  | 'par'
  | 'userinfo'
  | 'api'
  | 'jwks'
  | 'metadata';

export interface RegisteredClient {
  readonly clientId: string;
  readonly secret: string | null;
  readonly redirectUri: string;
}

export interface Account {
  readonly username: string;
  readonly password: string;
  readonly subject: string;
}

export interface ClientRegistration {
  clientId?: string;
  redirectUri?: string | string[];
  confidential?: boolean;
  secret?: string;
  name?: string;
  auth_method?: 'client_secret_basic' | 'client_secret_post';
  post_logout_redirect_uris?: string[];
  /** None: all but admin scopes. */
  scopes?: string[];
  grant_types?: ('authorization_code' | 'refresh_token' | 'client_credentials')[];
  /** First party: nobody is asked for consent. */
  trusted?: boolean;
  require_pkce?: boolean;
  access_token?: 'opaque' | 'jwt';
  /** Seconds. */
  access_token_lifetime?: number;
}

export interface FailureRequest {
  /** Of how many requests; left out: of all, until it is undone. */
  times?: number;
  client?: RegisteredClient | string;
  endpoint?: Endpoint;
  /** expire-code: only this one. */
  code?: string;
  /** rate-limit and unavailable: seconds. */
  retry_after?: number;
  /** slow-answer. */
  seconds?: number;
  /** redirect-token. */
  status?: 301 | 302 | 303 | 307 | 308;
  /** redirect-token: an address on loopback. */
  to?: string;
}

export interface Failing {
  readonly name: FailureName;
  /** How many requests it happened to. */
  hits(): Promise<number>;
  undo(): Promise<void>;
}

export interface Refused {
  readonly request_id: string;
  readonly endpoint: string;
  readonly client_id: string | null;
  readonly status: number;
  readonly error: string | null;
  /** The doctor's name for it: `proofkey explain <fault>`. */
  readonly fault: string | null;
  readonly explanation: string;
  readonly fix: string;
}

export interface LoginServer {
  readonly issuer: string;
  addClient(client?: ClientRegistration): Promise<RegisteredClient>;
  addUser(user?: {
    username?: string;
    password?: string;
    email?: string;
    claims?: Record<string, string>;
    admin?: boolean;
  }): Promise<Account>;
  fail(name: FailureName, request?: FailureRequest): Promise<Failing>;
  /** Gives the server's time, seconds since the epoch. */
  moveTime(seconds: number): Promise<number>;
  rotateKeys(options?: { endLogins?: boolean }): Promise<void>;
  refusals(client?: RegisteredClient | string): Promise<Refused[]>;
  /** Undo all of it; call it after each test. */
  reset(): Promise<void>;
  /** In Node.js, without a browser: give the callback URL, which is not visited. */
  logIn(url: string | URL, user: Pick<Account, 'username' | 'password'>, options?: { decision?: 'allow' | 'deny' }): Promise<string>;
}

export function connect(issuer: string): LoginServer;

/** Drives the login and consent pages in a page of Playwright; throws once a refused password's page is loaded. */
export function logInPage(
  page: any,
  user: Pick<Account, 'username' | 'password'>,
  options?: { decision?: 'allow' | 'deny' },
): Promise<void>;

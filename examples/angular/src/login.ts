import { Injectable, signal } from '@angular/core';
import { createClient, type ProofkeyError, type Session } from 'proofkey';
import { keepFresh } from 'proofkey/renewal';
import { clientId, cloud } from './settings';

/** The login of the app: one client, and its session as a signal. */
@Injectable({ providedIn: 'root' })
export class Login {
  readonly session = signal<Session | null>(null);
  readonly error = signal<ProofkeyError | null>(null);
  private readonly client = createClient({ endpoints: cloud, clientId, redirectUri: '/callback' });

  constructor() {
    for (const event of ['login', 'renew', 'logout'] as const) {
      this.client.addEventListener(event, () => this.session.set(this.client.session));
    }
    keepFresh(this.client, { redirect: true, request: () => ({ appState: { path: location.pathname } }) });
  }

  /** Before the router looks at the address: the callback's parameters are gone by then. Gives the path to go on at. */
  async finish(): Promise<string | undefined> {
    try {
      const session = await this.client.handleCallback();
      return (session?.appState as { path?: string } | undefined)?.path;
    } catch (error) {
      this.error.set(error as ProofkeyError);
      return undefined;
    }
  }

  start(path: string): Promise<void> {
    return this.client.login({ appState: { path } });
  }

  end(): Promise<void> {
    return this.client.logout();
  }

  token(): Promise<string> {
    return this.client.token();
  }
}

import type { Client, Session } from './proofkey.js';

export interface SharedTabs {
  /** The session of another tab, or null when none answered in time. */
  ready: Promise<Session | null>;
  /** Stop sharing. */
  close(): void;
}

/** Share login, renewal and logout with all tabs of this origin. */
export function shareTabs(client: Client): SharedTabs;

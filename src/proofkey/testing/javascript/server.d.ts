export interface RunningServer {
  readonly issuer: string;
  stop(): Promise<void>;
}

/** Run `proofkey serve --development` on a free port and on a database of its own. Node.js only. */
export function startServer(options?: {
  /** How proofkey is started here; default ['proofkey']. */
  command?: string[];
  personality?: 'standard' | 'genesys';
  /** More flags of `proofkey serve`. */
  options?: string[];
}): Promise<RunningServer>;

/** Starts the authorization server as a process, for a suite's global set-up. Node.js only. */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Run `proofkey serve --development` on a free port and on a database of its own.
 *
 * `command`: how proofkey is started here, such as ['python', '-m', 'proofkey']; `options`: more of its flags.
 */
export async function startServer({ command = ['proofkey'], personality = 'standard', options = [] } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'proofkey-'));
  const [program, ...first] = command;
  const serve = ['serve', '--development', '--port', '0', '--database', `sqlite:///${folder}/proofkey.db`];
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(PROOFKEY|OTEL)_/.test(name)),
  );
  const server = spawn(program, [...first, ...serve, '--personality', personality, ...options], {
    env: environment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise((resolve) => server.once('close', resolve));
  const stop = async () => {
    server.kill();
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const issuer = await addressOf(server);
    server.stderr.resume(); // whoever does not read on stops the server once the pipe is full
    for (let tries = 0; ; tries += 1) {
      const healthy = await fetch(`${issuer}/healthz`).then(({ ok }) => ok, () => false);
      if (healthy) return { issuer, stop };
      if (tries > 600) throw new Error(`${issuer} does not answer`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  } catch (error) {
    if (server.pid) await stop();
    throw error;
  }
}

function addressOf(server) {
  return new Promise((resolve, reject) => {
    let told = '';
    server.stderr.setEncoding('utf8').on('data', (text) => {
      told += text;
      const found = /^proofkey serves (\S+) on /m.exec(told);
      if (found) resolve(found[1]);
    });
    server.once('error', reject);
    server.once('close', () => reject(new Error(`the server did not start: ${told.slice(-2000)}`)));
  });
}

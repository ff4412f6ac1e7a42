// Once per run: the real login server as a process, and the app as it is shipped.
import { rm } from 'node:fs/promises';
import { startServer } from 'proofkey-testing/server';
import { build, preview } from 'vite';

export default async function setup({ provide }) {
  // How proofkey is started here, such as `python -m proofkey` in an environment that has it.
  const server = await startServer({ command: (process.env.PROOFKEY ?? 'proofkey').split(' ') });
  process.env.VITE_ISSUER = server.issuer;
  const outDir = `node_modules/.built-for-tests/${process.pid}`;
  const settings = { configFile: false, logLevel: 'warn', build: { outDir, target: 'es2022' } };
  await build(settings);
  const site = await preview({ ...settings, preview: { host: '127.0.0.1', port: 0 } });
  provide('issuer', server.issuer);
  provide('app', new URL(site.resolvedUrls.local[0]).origin);

  return async () => {
    await site.close();
    await server.stop();
    await rm(outDir, { recursive: true });
  };
}

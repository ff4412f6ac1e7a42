import { defineConfig } from 'vitest/config';

export default defineConfig({
  build: { target: 'es2022' },
  test: {
    globalSetup: './tests/setup.js', // the login server and the built app
    fileParallelism: false, // they share one server, and tests move its time
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});

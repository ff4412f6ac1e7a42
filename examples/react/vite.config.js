import { defineConfig } from 'vite';

export default defineConfig({
  // React's JSX needs no plugin: the plugin's gain, hot reloading of components, is left out of this example.
  oxc: { jsx: { runtime: 'automatic' } },
  server: { port: 5173, strictPort: true }, // the port is part of the registered redirect URI
});

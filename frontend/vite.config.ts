import { defineConfig } from 'vite';
import manifest from './package.json' with { type: 'json' };
import { shell } from './shell.ts';

export default defineConfig({
  plugins: [shell()],
  define: { __VERSION__: JSON.stringify(manifest.version) },
  build: {
    // Nothing inlined: the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8000', ws: true } } },
});

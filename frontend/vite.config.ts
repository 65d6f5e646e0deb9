import { defineConfig } from 'vite';
import { shell } from './shell.ts';

export default defineConfig({
  plugins: [shell()],
  build: {
    // Nothing inlined: the content security policy allows files of our own only.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': { target: 'http://127.0.0.1:8000', ws: true } } },
});

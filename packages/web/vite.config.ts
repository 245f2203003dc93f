import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { packedCopies } from './packed-copies.ts';

/** Where the server listens; the same variable and default as its configuration. */
const port = process.env['CORDON_SERVER__PORT'] ?? '7117';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), packedCopies()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': `http://127.0.0.1:${port}` } },
});

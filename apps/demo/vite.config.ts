import { defaultClientConditions, defineConfig, type UserConfigFnObject } from 'vite';
import { serveModels } from '../../scripts/serve-models.mjs';

const config: UserConfigFnObject = defineConfig(({ command, isPreview }) => ({
  plugins: [serveModels()],
  // The dev server takes the packages as they are written; the built page takes them as they are published.
  ...(command === 'serve' &&
    !isPreview && { resolve: { conditions: ['@runanywhere/source', ...defaultClientConditions] } }),
  base: './',
  // Everything stays a file: a strict Content-Security-Policy refuses `data:` addresses.
  build: { assetsInlineLimit: 0, sourcemap: true },
}));

export default config;

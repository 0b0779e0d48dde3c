import { defineConfig, type UserConfig } from 'vite';
import { serveModels } from '../../scripts/serve-models.mjs';

// The models come from the cache that `runanywhere models pull` fills; a site of yours serves them itself.
const config: UserConfig = defineConfig({ plugins: [serveModels()], build: { target: 'es2022' } });

export default config;

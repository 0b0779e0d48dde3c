import { defineConfig, type UserConfig } from 'vite';

// Nothing but defaults on purpose: the SDK must not need any.
const config: UserConfig = defineConfig({ build: { sourcemap: true } });

export default config;

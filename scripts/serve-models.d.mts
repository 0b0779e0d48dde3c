import type { Plugin } from 'vite';

export function modelsFolder(env?: NodeJS.ProcessEnv): string;
export function serveModels(folder?: string): Plugin;

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Where pulled models lie, shared by all projects of this user: `RUNANYWHERE_MODELS` when set, else
 * `runanywhere/models` in `XDG_CACHE_HOME`, else in `~/.cache`. Layout: `<modelId>/<fileName>`.
 */
export function cacheFolder(env: Readonly<Record<string, string | undefined>> = process.env): string {
  if (env.RUNANYWHERE_MODELS) return resolve(env.RUNANYWHERE_MODELS);
  return join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'runanywhere', 'models');
}

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type ModelFile, RunAnywhereError } from '@runanywhere/core';

/** SHA-256 of a file, read as a stream. */
export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, signal && { signal })) hash.update(piece as Uint8Array);
  return hash.digest('hex');
}

/**
 * Reads every byte of a file and compares.
 *
 * @throws {RunAnywhereError} `model-missing`, `model-corrupt`.
 */
export async function checkFile(
  path: string,
  modelId: string,
  file: ModelFile,
  signal?: AbortSignal,
): Promise<void> {
  if ((await sizeOf(path)) === undefined)
    throw new RunAnywhereError('model-missing', { modelId, file: file.name, location: dirname(path) });
  const actualSha256 = await sha256Of(path, signal);
  if (actualSha256 !== file.sha256)
    throw new RunAnywhereError('model-corrupt', {
      modelId,
      file: file.name,
      expectedSha256: file.sha256,
      actualSha256,
    });
}

/**
 * Remembers which files of a cache were verified, so that the next run need not read them again: one small stamp beside
 * the models holds size, time of change and digest. A file that has changed since counts as not verified.
 */
export class Stamps {
  readonly #cache: string;

  constructor(cache: string) {
    this.#cache = cache;
  }

  async isVerified(modelId: string, file: ModelFile): Promise<boolean> {
    const now = await this.#describe(modelId, file);
    if (now === undefined) return false;
    try {
      return (await readFile(this.#path(modelId, file), 'utf8')) === now;
    } catch {
      return false; // No stamp yet.
    }
  }

  /** Call it right after {@link checkFile}. */
  async set(modelId: string, file: ModelFile): Promise<void> {
    const path = this.#path(modelId, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, (await this.#describe(modelId, file)) ?? '');
  }

  #path(modelId: string, file: ModelFile): string {
    return join(this.#cache, '.verified', modelId, file.name);
  }

  async #describe(modelId: string, file: ModelFile): Promise<string | undefined> {
    const facts = await stat(join(this.#cache, modelId, file.name)).catch(() => undefined);
    if (facts?.size !== file.sizeBytes) return undefined;
    return `${facts.size} ${facts.mtimeMs} ${file.sha256}\n`;
  }
}

async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

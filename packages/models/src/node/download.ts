import { mkdir, open, truncate } from 'node:fs/promises';
import { dirname } from 'node:path';
import { MODEL_CHUNK_BYTES } from '@runanywhere/core';
import type { CatalogFile } from '../catalog-types.ts';
import { fetchChunks } from '../fetch-chunks.ts';
import { sha256Hex } from '../sha256.ts';

/** Options of {@link download}. */
export interface DownloadOptions {
  readonly url: string;
  readonly modelId: string;
  readonly file: CatalogFile;
  /** Where the bytes are kept until they are complete; what an earlier run left there is verified and kept. */
  readonly partial: string;
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (loadedBytes: number) => void;
}

/**
 * Fetches a file by https into `partial`, 4 MiB at a time, each verified before it is written.
 *
 * @throws {RunAnywhereError} `model-missing`, `model-corrupt`, `model-unavailable`.
 */
export async function download({ partial, file, onBytes, ...request }: DownloadOptions): Promise<void> {
  await mkdir(dirname(partial), { recursive: true });
  const firstChunk = await countGoodChunks(partial, file);
  let loadedBytes = Math.min(firstChunk * MODEL_CHUNK_BYTES, file.sizeBytes);
  await truncate(partial, loadedBytes);
  onBytes(loadedBytes);
  const { decoded: _ours, ...asStored } = file; // Only the file as it is will do on disk.
  const handle = await open(partial, 'a');
  try {
    const chunks = fetchChunks({
      ...request,
      file: asStored,
      firstChunk,
      fetch: globalThis.fetch,
      headers: { 'accept-encoding': 'identity' },
    });
    for await (const { bytes } of chunks) {
      await handle.appendFile(bytes);
      loadedBytes += bytes.length;
      onBytes(loadedBytes);
    }
  } finally {
    await handle.close();
  }
}

async function countGoodChunks(partial: string, file: CatalogFile): Promise<number> {
  const handle = await open(partial, 'a+');
  try {
    let count = 0;
    const buffer = new Uint8Array(MODEL_CHUNK_BYTES);
    for (const digest of file.chunkSha256) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, count * MODEL_CHUNK_BYTES);
      if (bytesRead === 0 || (await sha256Hex(buffer.subarray(0, bytesRead))) !== digest) break;
      count++;
    }
    return count;
  } finally {
    await handle.close();
  }
}

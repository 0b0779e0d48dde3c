import type { ModelSource } from '@runanywhere/core';
import { catalog, findFile, findModel } from '@runanywhere/models';

const PIECE_BYTES = 4 * 1024 * 1024;

/** Fetches a file into the origin private file system, unless a file of that size is there. */
export async function storeFile(url: string, name: string): Promise<number> {
  const folder = await navigator.storage.getDirectory();
  const handle = await folder.getFileHandle(name, { create: true });
  const response = await fetch(url);
  if (!response.ok || !response.body) throw new Error(`${url} answered ${response.status}`);
  if ((await handle.getFile()).size === Number(response.headers.get('content-length'))) {
    await response.body.cancel();
  } else {
    await response.body.pipeTo(await handle.createWritable());
  }
  return (await handle.getFile()).size;
}

/** A file that {@link storeFile} has stored. */
export async function storedFile(name: string): Promise<File> {
  const folder = await navigator.storage.getDirectory();
  return (await folder.getFileHandle(name)).getFile();
}

/** Digests a file piece by piece; the next piece is read while one is digested. */
export async function digestPieces(file: Blob): Promise<string[]> {
  const digests: string[] = [];
  const read = (start: number): Promise<ArrayBuffer> | undefined =>
    start < file.size ? file.slice(start, start + PIECE_BYTES).arrayBuffer() : undefined;
  let next = read(0);
  for (let start = 0; next; start += PIECE_BYTES) {
    const piece = await next;
    next = read(start + PIECE_BYTES);
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', piece));
    digests.push(Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''));
  }
  return digests;
}

/** Models from the origin private file system, each file digested whenever it is opened. */
export class OpfsModelSource implements ModelSource {
  async open(modelId: string, fileName: string): Promise<Blob> {
    const { chunkSha256 } = findFile(findModel(modelId, catalog), fileName);
    const file = await storedFile(fileName);
    const found = await digestPieces(file);
    if (found.length !== chunkSha256.length || found.some((digest, n) => digest !== chunkSha256[n]))
      throw new Error(`${fileName} in the file system is not the file of the catalog`);
    return file;
  }

  urlOf(): undefined {
    return undefined;
  }
}

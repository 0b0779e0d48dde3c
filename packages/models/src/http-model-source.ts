import {
  type LoadOptions,
  type ModelFile,
  type ModelManifest,
  type ModelSource,
  RunAnywhereError,
} from '@runanywhere/core';
import { catalog } from './catalog.ts';
import type { FileFacts } from './catalog-types.ts';
import { checkManifest } from './check-manifest.ts';
import { type FetchChunksOptions, fetchChunks } from './fetch-chunks.ts';
import { findFile, findModel } from './find-model.ts';
import { SharedFetches } from './shared-fetches.ts';

/** Options of {@link HttpModelSource}. */
export interface HttpModelSourceOptions
  extends Partial<Pick<FetchChunksOptions, 'fetch' | 'retryDelaysMs' | 'stallTimeoutMs'>> {
  /** The folder that holds `<modelId>/<fileName>`: absolute, or relative to the page, for example `'/models'`. */
  baseUrl: string;
  /** Which models there are. @defaultValue the SDK's catalog */
  manifests?: readonly ModelManifest[];
}

/**
 * Models from a web server, for pages, workers and Node. Nothing is kept: each {@link HttpModelSource.open} that does not
 * join one under way fetches again, or takes what the browser's http cache has. Progress counts verified bytes only.
 *
 * A `.gz` file that the server makes the browser decompress is verified by what is inside it and compressed again, so
 * that whoever opens it always finds gzip.
 */
export class HttpModelSource implements ModelSource {
  readonly #baseUrl: URL;
  readonly #manifests: readonly ModelManifest[];
  readonly #transfer: Pick<FetchChunksOptions, 'fetch' | 'retryDelaysMs' | 'stallTimeoutMs'>;
  readonly #fetches = new SharedFetches<Blob>();

  /** @throws {RunAnywhereError} `invalid-options`. */
  constructor({ baseUrl, manifests = catalog, fetch, ...transfer }: HttpModelSourceOptions) {
    this.#baseUrl = folderUrl(baseUrl);
    manifests.forEach(checkManifest);
    this.#manifests = manifests;
    this.#transfer = { fetch: fetch ?? ((input, init) => globalThis.fetch(input, init)), ...transfer };
  }

  /**
   * Fetches and verifies a file.
   *
   * @throws {RunAnywhereError} `model-unknown`, `model-missing`, `model-corrupt`, `model-unavailable`, `insecure-context`.
   */
  async open(modelId: string, fileName: string, options: LoadOptions = {}): Promise<Blob> {
    const file = findFile(findModel(modelId, this.#manifests), fileName);
    return this.#fetches.join(
      `${modelId}/${fileName}`,
      (shared) => this.#fetch(modelId, file, shared),
      options,
    );
  }

  /** @throws {RunAnywhereError} `model-unknown`. */
  urlOf(modelId: string, fileName: string): string {
    const file = findFile(findModel(modelId, this.#manifests), fileName);
    return new URL(`${modelId}/${file.name}`, this.#baseUrl).href;
  }

  async #fetch(
    modelId: string,
    file: ModelFile & FileFacts,
    { signal, onProgress }: Required<LoadOptions>,
  ): Promise<Blob> {
    const url = this.urlOf(modelId, file.name);
    // A Blob per chunk: the browser may keep it on disk, so a large model does not fill the memory twice.
    const pieces: Blob[] = [];
    let decoded = false;
    for await (const chunk of fetchChunks({ ...this.#transfer, url, modelId, file, signal })) {
      pieces.push(new Blob([chunk.bytes]));
      decoded = chunk.decoded;
      const loadedBytes = Math.floor(chunk.fraction * file.sizeBytes);
      onProgress({ file: file.name, loadedBytes, totalBytes: file.sizeBytes });
    }
    const blob = new Blob(pieces);
    return decoded ? gzip(blob) : blob;
  }
}

function folderUrl(baseUrl: string): URL {
  try {
    const url = new URL(baseUrl, globalThis.location?.href);
    if (!url.pathname.endsWith('/')) url.pathname += '/';
    if (!/^https?:$/.test(url.protocol)) throw new TypeError('neither http nor https');
    return url;
  } catch (cause) {
    throw new RunAnywhereError(
      'invalid-options',
      { option: 'baseUrl', reason: `"${baseUrl}" is no http(s) address from here` },
      { cause },
    );
  }
}

function gzip(blob: Blob): Promise<Blob> {
  return new Response(blob.stream().pipeThrough(new CompressionStream('gzip'))).blob();
}

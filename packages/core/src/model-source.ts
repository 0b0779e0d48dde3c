import type { Languages, LoadOptions } from './engine.ts';

/** What a model is for. `'runtime'`: code that runs models, such as a WASM file. */
export type ModelRole =
  | 'voice-activity'
  | 'turn-detection'
  | 'transcription'
  | 'language'
  | 'speech'
  | 'runtime';

/** One file of a model: which bytes it must have. */
export interface ModelFile {
  /** Its name inside the model's folder. Letters, digits, `.`, `_` and `-` only. */
  readonly name: string;
  readonly sizeBytes: number;
  /** Lower-case hex SHA-256 of the whole file. */
  readonly sha256: string;
  /** Lower-case hex SHA-256 of each 4 MiB piece, in order; the last piece is shorter. */
  readonly chunkSha256: readonly string[];
}

/** What must be known of a model before a byte of it is fetched. */
export interface ModelManifest {
  /** Also the name of its folder, for example `'moonshine-tiny'`. */
  readonly id: string;
  readonly role: ModelRole;
  readonly files: readonly ModelFile[];
  /** SPDX identifier, for example `'MIT'`. */
  readonly licence: string;
  readonly languages: Languages;
  /** Memory it takes once loaded, in bytes, as measured. */
  readonly memoryBytes: number;
}

/** Bytes of each verified piece of a model file: 4 MiB. */
export const MODEL_CHUNK_BYTES: number = 4 * 1024 * 1024;

/**
 * Where an engine's bytes come from: a server, a cache, a folder, memory. Engines never fetch by themselves, so
 * whoever makes the source decides where models live; the source gives no byte that does not match its digest.
 */
export interface ModelSource {
  /**
   * The whole file, every chunk verified.
   *
   * @throws {RunAnywhereError} `model-unknown`, `model-missing`, `model-corrupt` (names both digests), `model-unavailable`.
   */
  open(modelId: string, fileName: string, options?: LoadOptions): Promise<Blob>;
  /**
   * An address on this origin from which the file can be fetched, for libraries that take nothing else. Verify it with
   * {@link ModelSource.open} first. `undefined` when there is none, for example for a file kept in memory.
   */
  urlOf(modelId: string, fileName: string): string | undefined;
}

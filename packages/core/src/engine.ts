/** Options every slow call takes. */
export interface CallOptions {
  /** Aborting makes the call reject with the signal's own `reason`, at once; the work stops soon after. */
  signal?: AbortSignal;
}

/** How far one file of a model has come. */
export interface LoadProgress {
  /** The file's name in the catalog, for example `'decoder_model_merged.onnx'`. */
  readonly file: string;
  /** Bytes that have arrived and match their digest. */
  readonly loadedBytes: number;
  /** The file's size in bytes, from the catalog. */
  readonly totalBytes: number;
}

/** Options of {@link Engine.load}. */
export interface LoadOptions extends CallOptions {
  /** Called for each file whenever verified bytes arrive; the last call of a file has `loadedBytes === totalBytes`. */
  onProgress?: (progress: LoadProgress) => void;
}

/** What every engine (a loaded model, a remote service, a worker proxy, a fake) has in common. */
export interface Engine {
  /** For logs and metrics, for example `'moonshine-tiny'`. */
  readonly modelId: string;
  /**
   * Fetches, verifies, compiles and warms the model. Calling it again is free; calls at the same time share one load;
   * after a failure the next call tries afresh.
   *
   * @throws {RunAnywhereError} `model-missing`, `model-corrupt`, `model-unavailable`, `engine-failed`, `disposed`.
   */
  load(options?: LoadOptions): Promise<void>;
  /** Frees the model. Calls in flight reject with `disposed`; calling it again is free. */
  dispose(): Promise<void>;
}

/** BCP 47 tags an engine understands or speaks, or `'any'` when it detects the language itself. */
export type Languages = readonly string[] | 'any';

/** Whether an engine with these languages can serve `language`: `'en-GB'` is served by `'en'`. */
export function speaksLanguage(languages: Languages, language: string): boolean {
  if (languages === 'any') return true;
  const wanted = language.toLowerCase();
  return languages.some((tag) => wanted === tag.toLowerCase() || wanted.startsWith(`${tag.toLowerCase()}-`));
}

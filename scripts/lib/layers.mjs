/**
 * Who may import whom, as data. `docs/architecture.md` draws the same table.
 *
 * `core` knows nobody. What lies between `core` and `voice` knows only `core` and the wordless helpers below it; siblings
 * never import siblings. Only `*.worker.ts` may import engines.
 */
export const MAY_IMPORT = /** @type {Record<string, readonly string[]>} */ ({
  core: [],
  kernels: ['core'],
  onnx: ['core'],
  audio: ['core', 'kernels', 'onnx'],
  transcription: ['core', 'onnx'],
  llm: ['core', 'kernels'],
  tts: ['core', 'onnx'],
  models: ['core'],
  workers: ['core', 'models', 'audio'],
  voice: ['core', 'audio', 'workers', 'models'],
  cli: ['core', 'models'],
});

/** Packages that hold engines: in `workers`, only these files may import them. */
export const ENGINE_PACKAGES = ['transcription', 'llm', 'tts', 'onnx', 'kernels', 'audio/vad'];

/** Entries that tests import and products do not. */
export const TESTING_ENTRY = 'core/testing';

/** Packages that run in no browser: they may import Node's own modules; others only under `/node`. */
export const NODE_PACKAGES = ['cli'];

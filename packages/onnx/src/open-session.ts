import { EngineLifecycle, type LoadOptions, type ModelSource, RunAnywhereError } from '@runanywhere/core';
import type * as Ort from 'onnxruntime-web/wasm';

/** The catalog's name for ONNX Runtime's own WASM file: engines load it like any other model, so it is verified too. */
export const ONNX_RUNTIME_ID = 'onnxruntime-web-1.30.0';

/** The file in {@link ONNX_RUNTIME_ID}. */
export const ONNX_RUNTIME_WASM = 'ort-wasm-simd-threaded.wasm';

/** A model that ONNX Runtime has compiled. */
export type OnnxSession = Ort.InferenceSession;

/** What goes into a session and comes out of it. `dispose()` it when it is no longer needed. */
export type OnnxTensor = Ort.Tensor;

/** The parts of ONNX Runtime that engines use. */
export type OnnxRuntime = Pick<typeof Ort, 'Tensor' | 'InferenceSession'>;

/** One load for each source: the engines of a thread share it, and one that gives up does not stop it for the others. */
const runtimes = new WeakMap<ModelSource, EngineLifecycle<OnnxRuntime>>();

/**
 * ONNX Runtime, started once per thread, single-threaded, from a WASM file that the source has verified. No address is
 * derived from the script's own place, so it works in any bundler and under a strict Content-Security-Policy.
 *
 * @throws {RunAnywhereError} what {@link ModelSource.open} throws.
 */
export async function loadOnnxRuntime(source: ModelSource, options?: LoadOptions): Promise<OnnxRuntime> {
  let runtime = runtimes.get(source);
  if (!runtime) {
    runtime = new EngineLifecycle({
      engine: ONNX_RUNTIME_ID,
      open: (loadOptions) => start(source, loadOptions),
      close: () => undefined,
    });
    runtimes.set(source, runtime);
  }
  await runtime.load(options);
  return runtime.run(async (ort) => ort);
}

async function start(source: ModelSource, options: LoadOptions): Promise<OnnxRuntime> {
  const [ort, wasm] = await Promise.all([
    import('onnxruntime-web/wasm'),
    source.open(ONNX_RUNTIME_ID, ONNX_RUNTIME_WASM, options),
  ]);
  ort.env.wasm.wasmBinary = await wasm.arrayBuffer();
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = 'error';
  return ort;
}

/**
 * Compiles one ONNX file. The caller releases the session.
 *
 * @throws {RunAnywhereError} what {@link ModelSource.open} throws; `engine-failed` when the runtime does not start or the
 * file is no model that it understands.
 */
export async function openOnnxSession(
  source: ModelSource,
  modelId: string,
  fileName: string,
  options: LoadOptions = {},
): Promise<OnnxSession> {
  const [ort, file] = await Promise.all([
    loadOnnxRuntime(source, options),
    source.open(modelId, fileName, options),
  ]);
  const bytes = new Uint8Array(await file.arrayBuffer());
  options.signal?.throwIfAborted();
  try {
    return await ort.InferenceSession.create(bytes, {
      executionProviders: ['wasm'],
      graphOptimizationLevel: 'all',
    });
  } catch (cause) {
    throw new RunAnywhereError(
      'engine-failed',
      { engine: modelId, reason: `${fileName} could not be compiled` },
      { cause },
    );
  }
}

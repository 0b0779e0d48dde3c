import {
  type CallOptions,
  EngineLifecycle,
  isRunAnywhereError,
  type LoadOptions,
  type ModelSource,
  RunAnywhereError,
  type VoiceActivityDetector,
} from '@runanywhere/core';
import { openSileroNetwork, type SileroNetwork, supportsSimd } from '@runanywhere/kernels';
import { OnnxSileroVad } from './onnx-silero-vad.ts';

/** Where a {@link SileroVad} or an {@link OnnxSileroVad} gets its model. */
export interface SileroVadOptions {
  readonly source: ModelSource;
  /** @defaultValue `'silero-v6'` */
  readonly modelId?: string;
}

/** What a {@link SileroVad} runs on, and why. */
export type VadRuntime =
  /** The kernels of `@runanywhere/kernels`: small, soon there, fast. */
  | { readonly name: 'kernels'; readonly reason: 'preferred' }
  /** ONNX Runtime Web: the weights for the kernels are not at the source, or the machine has no WebAssembly SIMD. */
  | { readonly name: 'onnx'; readonly reason: 'weights-missing' | 'simd-missing' };

const WEIGHTS_FILE = 'silero_vad_16k_op15.onnx';
const FRAME_SAMPLES = 512;

interface OpenVad {
  readonly runtime: VadRuntime;
  readonly network?: SileroNetwork;
  readonly onnx?: OnnxSileroVad;
}

/**
 * Silero VAD version 6 (model and weights: github.com/snakers4/silero-vad, MIT), by default on kernels of our own; where
 * these cannot be had, on ONNX Runtime, which says the same (see {@link VadRuntime}). A frame is 512 samples at 16 kHz, 32 ms.
 */
export class SileroVad implements VoiceActivityDetector {
  readonly modelId: string;
  readonly frameSamples: number = FRAME_SAMPLES;
  readonly sampleRateHz: number = 16_000;
  readonly #lifecycle: EngineLifecycle<OpenVad>;
  #open: OpenVad | undefined;
  #disposed = false;

  constructor({ source, modelId = 'silero-v6' }: SileroVadOptions) {
    this.modelId = modelId;
    this.#lifecycle = new EngineLifecycle({
      engine: modelId,
      open: (options) => openVad(source, modelId, options),
      close: ({ onnx }) => onnx?.dispose(),
    });
  }

  /** Known once loaded. */
  get runtime(): VadRuntime | undefined {
    return this.#open?.runtime;
  }

  async load(options?: LoadOptions): Promise<void> {
    await this.#lifecycle.load(options);
    if (this.#open) return;
    const open = await this.#lifecycle.run(async (loaded) => loaded);
    this.#open = open;
  }

  /**
   * On the kernels the work is done when this returns, in the order of the calls and without a queue: 30 times a second
   * there is nothing to wait for.
   */
  async process(frame: Float32Array, options: CallOptions = {}): Promise<number> {
    const network = this.#disposed ? undefined : this.#open?.network;
    if (!network) return this.#lifecycle.run((open, signal) => processWith(open, frame, signal), options);
    options.signal?.throwIfAborted();
    checkFrame(frame);
    const probability = network.process(frame);
    await undefined; // Who aborts or disposes right after the call gets that for an answer, as from any engine.
    options.signal?.throwIfAborted();
    if (this.#disposed) throw new RunAnywhereError('disposed', { what: this.modelId });
    return probability;
  }

  reset(): void {
    this.#open?.network?.reset();
    this.#open?.onnx?.reset();
  }

  dispose(): Promise<void> {
    this.#disposed = true;
    return this.#lifecycle.dispose();
  }
}

async function openVad(source: ModelSource, modelId: string, options: LoadOptions): Promise<OpenVad> {
  if (!supportsSimd()) return openOnnx('simd-missing', source, modelId, options);
  let file: Blob;
  try {
    file = await source.open(modelId, WEIGHTS_FILE, options);
  } catch (error) {
    // A folder that was filled before this file was in the catalog.
    const missing = isRunAnywhereError(error, 'model-missing') || isRunAnywhereError(error, 'model-unknown');
    if (missing) return openOnnx('weights-missing', source, modelId, options);
    throw error;
  }
  const network = await openSileroNetwork(file, { modelId });
  return { runtime: { name: 'kernels', reason: 'preferred' }, network };
}

async function openOnnx(
  reason: 'weights-missing' | 'simd-missing',
  source: ModelSource,
  modelId: string,
  options: LoadOptions,
): Promise<OpenVad> {
  const onnx = new OnnxSileroVad({ source, modelId });
  try {
    await onnx.load(options);
  } catch (error) {
    await onnx.dispose();
    throw error;
  }
  return { runtime: { name: 'onnx', reason }, onnx };
}

async function processWith(
  { network, onnx }: OpenVad,
  frame: Float32Array,
  signal: AbortSignal,
): Promise<number> {
  if (onnx) return onnx.process(frame, { signal });
  checkFrame(frame);
  return (network as SileroNetwork).process(frame);
}

function checkFrame(frame: Float32Array): void {
  if (frame.length === FRAME_SAMPLES) return;
  throw new RunAnywhereError('invalid-audio', {
    reason: `a frame has ${FRAME_SAMPLES} samples, not ${frame.length}`,
  });
}

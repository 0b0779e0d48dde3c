import {
  type CallOptions,
  EngineLifecycle,
  type LoadOptions,
  type ModelSource,
  RunAnywhereError,
  toRunAnywhereError,
  type VoiceActivityDetector,
} from '@runanywhere/core';
import type { OnnxRuntime, OnnxSession } from '@runanywhere/onnx';
import type { SileroVadOptions } from './silero-vad.ts';

const MODEL_FILE = 'silero_vad_v6.onnx';
const FRAME_SAMPLES = 512;
/** The end of the frame before, which the network sees in front of each frame. */
const CONTEXT_SAMPLES = 64;
const STATE_SHAPE = [2, 1, 128];
const STATE_SIZE = 256;

type Tensor = InstanceType<OnnxRuntime['Tensor']>;

interface LoadedVad {
  readonly session: OnnxSession;
  /** What goes into the network; the tensors look at the two arrays, which are written again for each frame. */
  readonly feeds: { readonly input: Tensor; readonly state: Tensor; readonly sr: Tensor };
  readonly input: Float32Array;
  readonly state: Float32Array;
}

/**
 * Silero VAD version 6 under ONNX Runtime Web (model and weights: github.com/snakers4/silero-vad, MIT): what
 * {@link SileroVad} falls back to, and what it is compared with. A frame is 512 samples at 16 kHz, 32 ms; the network sees
 * it behind the last 64 samples of the frame before and keeps a recurrent state of its own.
 */
export class OnnxSileroVad implements VoiceActivityDetector {
  readonly modelId: string;
  readonly frameSamples: number = FRAME_SAMPLES;
  readonly sampleRateHz: number = 16_000;
  readonly #lifecycle: EngineLifecycle<LoadedVad>;
  #forget = false;

  constructor({ source, modelId = 'silero-v6' }: SileroVadOptions) {
    this.modelId = modelId;
    this.#lifecycle = new EngineLifecycle({
      engine: modelId,
      open: (options) => openVad(source, modelId, options),
      close: ({ session }) => session.release(),
    });
  }

  load(options?: LoadOptions): Promise<void> {
    return this.#lifecycle.load(options);
  }

  process(frame: Float32Array, options?: CallOptions): Promise<number> {
    return this.#lifecycle.run(async (vad) => {
      if (frame.length !== FRAME_SAMPLES) {
        throw new RunAnywhereError('invalid-audio', {
          reason: `a frame has ${FRAME_SAMPLES} samples, not ${frame.length}`,
        });
      }
      if (this.#forget) {
        vad.input.fill(0);
        vad.state.fill(0);
        this.#forget = false;
      }
      vad.input.copyWithin(0, FRAME_SAMPLES);
      vad.input.set(frame, CONTEXT_SAMPLES);
      return run(vad, this.modelId);
    }, options);
  }

  reset(): void {
    this.#forget = true;
  }

  dispose(): Promise<void> {
    return this.#lifecycle.dispose();
  }
}

async function openVad(source: ModelSource, modelId: string, options: LoadOptions): Promise<LoadedVad> {
  // Only here: whoever has the kernels never loads it.
  const { loadOnnxRuntime, openOnnxSession } = await import('@runanywhere/onnx');
  const [ort, session] = await Promise.all([
    loadOnnxRuntime(source, options),
    openOnnxSession(source, modelId, MODEL_FILE, options),
  ]);
  const input = new Float32Array(CONTEXT_SAMPLES + FRAME_SAMPLES);
  const state = new Float32Array(STATE_SIZE);
  const feeds = {
    input: new ort.Tensor('float32', input, [1, input.length]),
    state: new ort.Tensor('float32', state, STATE_SHAPE),
    sr: new ort.Tensor('int64', BigInt64Array.of(16_000n), []),
  };
  const vad = { session, feeds, input, state };
  try {
    await run(vad, modelId); // The first run is slow: better now than when somebody speaks.
  } catch (error) {
    await session.release();
    throw error;
  }
  input.fill(0);
  state.fill(0);
  return vad;
}

async function run({ session, feeds, state }: LoadedVad, engine: string): Promise<number> {
  try {
    const results = await session.run(feeds);
    const { output, stateN } = results as { output: Tensor; stateN: Tensor };
    state.set(stateN.data as Float32Array);
    return (output.data as Float32Array)[0] as number;
  } catch (cause) {
    throw toRunAnywhereError(cause, engine);
  }
}

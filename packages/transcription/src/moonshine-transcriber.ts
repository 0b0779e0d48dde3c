import {
  type AudioClip,
  type CallOptions,
  EngineLifecycle,
  type LoadOptions,
  type ModelSource,
  RunAnywhereError,
  type Transcriber,
  type TranscriberCapabilities,
  type TranscriptEvent,
  toRunAnywhereError,
} from '@runanywhere/core';
import { MOONSHINE_SAMPLE_RATE_HZ, MoonshineModel } from './moonshine-model.ts';
import { loopStart } from './repetition.ts';
import { splitAtPauses } from './split-clip.ts';

/** Which Moonshine, and where its bytes come from. */
export interface MoonshineTranscriberOptions {
  source: ModelSource;
  /** `base` makes fewer mistakes and takes about twice the time and memory. @defaultValue 'moonshine-tiny' */
  modelId?: 'moonshine-tiny' | 'moonshine-base';
}

/** People say fewer tokens than this in a second (figure of the model's authors); more means that it has lost the thread. */
const TOKENS_PER_SECOND = 6.5;
/** So that a short "one two three" is not cut. */
const SPARE_TOKENS = 12;
/** Shorter than any word, and too short for the encoder's three convolutions. */
const MIN_SAMPLES = 1_600;
/** Below one step of 16-bit audio nothing can be heard, and the model would make words up. */
const SILENCE_PEAK = 1 / 32_768;
/** The model was trained on 4 to 30 s at a time; beyond that words are left out. */
const STRETCHES = { minStretchMs: 10_000, maxStretchMs: 28_000 };

/**
 * English speech to text with Moonshine (Useful Sensors, MIT licence for English): waveform in, no fixed window, so that
 * a short utterance takes a short time. Runs wherever WASM does; `run()` of the ONNX runtime blocks its thread for as long
 * as the encoder takes, so in a page put it into a worker.
 */
export class MoonshineTranscriber implements Transcriber {
  readonly modelId: string;
  /** The text grows token by token; what has been said of it is rarely taken back. */
  readonly capabilities: TranscriberCapabilities = { interim: true, languages: ['en'] };
  readonly #lifecycle: EngineLifecycle<MoonshineModel>;

  constructor({ source, modelId = 'moonshine-tiny' }: MoonshineTranscriberOptions) {
    this.modelId = modelId;
    this.#lifecycle = new EngineLifecycle({
      engine: modelId,
      open: async (options) => {
        const model = await MoonshineModel.open(source, modelId, options);
        try {
          await warm(model, options.signal);
        } catch (error) {
          await model.release();
          throw options.signal?.aborted ? error : toRunAnywhereError(error, modelId);
        }
        return model;
      },
      close: (model) => model.release(),
    });
  }

  load(options?: LoadOptions): Promise<void> {
    return this.#lifecycle.load(options);
  }

  transcribe(clip: AudioClip, options?: CallOptions): AsyncIterableIterator<TranscriptEvent> {
    return this.#lifecycle.stream((model, signal) => this.#events(model, clip, signal), options);
  }

  dispose(): Promise<void> {
    return this.#lifecycle.dispose();
  }

  async *#events(
    model: MoonshineModel,
    clip: AudioClip,
    signal: AbortSignal,
  ): AsyncGenerator<TranscriptEvent, void, undefined> {
    checkClip(clip);
    const startedMs = performance.now();
    const settled: string[] = [];
    try {
      for (const stretch of splitAtPauses(clip.samples, clip.sampleRateHz, STRETCHES)) {
        let text = '';
        for await (text of growingText(model, stretch, signal)) {
          yield { type: 'transcript-delta', text: joined([...settled, text]) };
        }
        settled.push(text);
      }
    } catch (error) {
      throw signal.aborted ? error : toRunAnywhereError(error, this.modelId);
    }
    yield { type: 'transcript-end', text: joined(settled), inferenceMs: performance.now() - startedMs };
  }
}

/** The text of one stretch after each token that adds to it. */
async function* growingText(
  model: MoonshineModel,
  samples: Float32Array<ArrayBuffer>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (samples.length < MIN_SAMPLES || isSilent(samples)) return;
  const maxTokens = Math.ceil((samples.length / MOONSHINE_SAMPLE_RATE_HZ) * TOKENS_PER_SECOND) + SPARE_TOKENS;
  const ids: number[] = [];
  for await (const id of model.tokens(samples, signal)) {
    ids.push(id);
    const loop = loopStart(ids);
    yield model.text.decode(ids.slice(0, loop));
    if (loop !== undefined || ids.length >= maxTokens) return;
  }
}

/** Compiles what is compiled on first use, so that the first utterance does not wait for it. */
async function warm(
  model: MoonshineModel,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const second = new Float32Array(MOONSHINE_SAMPLE_RATE_HZ);
  let tokens = 0;
  for await (const _id of model.tokens(second, signal)) {
    tokens += 1;
    if (tokens === 2) break;
  }
}

/** @throws {RunAnywhereError} `invalid-audio` for what the model would answer with nonsense. */
function checkClip({ samples, sampleRateHz }: AudioClip): void {
  if (sampleRateHz !== MOONSHINE_SAMPLE_RATE_HZ) {
    throw new RunAnywhereError('invalid-audio', {
      reason: `it has ${sampleRateHz} samples a second, not ${MOONSHINE_SAMPLE_RATE_HZ}`,
    });
  }
  if (!samples.every(Number.isFinite)) {
    throw new RunAnywhereError('invalid-audio', { reason: 'a sample is not a finite number' });
  }
}

function isSilent(samples: Float32Array): boolean {
  return samples.every((sample) => Math.abs(sample) < SILENCE_PEAK);
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}

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
import { yieldToEvents } from '@runanywhere/onnx';
import { END_TOKEN, START_TOKEN } from './moonshine-decoding.ts';
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
const MIN_SAMPLES = MOONSHINE_SAMPLE_RATE_HZ / 10;
/** What a second attempt at a stretch that gave nothing leaves out at each end: 200 ms. */
const TRIMMED_SAMPLES = MOONSHINE_SAMPLE_RATE_HZ / 5;
/** Stretches that get a second attempt: from 0.7 s to 4 s. */
const RETRIED_SAMPLES = { min: 0.7 * MOONSHINE_SAMPLE_RATE_HZ, max: 4 * MOONSHINE_SAMPLE_RATE_HZ };
/**
 * Given more than half a minute at once the model begins to leave words out and to double others. Shorter stretches are also
 * sooner done: until the encoder has gone through one, nothing can stop it.
 */
const STRETCHES = { minStretchMs: 8_000, maxStretchMs: 20_000 };

/**
 * English speech to text with Moonshine (Useful Sensors; MIT licence for English). It takes the waveform and has no fixed
 * window, so a short utterance takes a short time. `transcript-delta` comes after each token. The ONNX runtime blocks its
 * thread for as long as one `run()` takes: in a page, put it into a worker.
 */
export class MoonshineTranscriber implements Transcriber {
  readonly modelId: string;
  readonly capabilities: TranscriberCapabilities = { interim: true, languages: ['en'] };
  readonly #lifecycle: EngineLifecycle<MoonshineModel>;

  constructor({ source, modelId = 'moonshine-tiny' }: MoonshineTranscriberOptions) {
    this.modelId = modelId;
    this.#lifecycle = new EngineLifecycle({
      engine: modelId,
      open: (options) => MoonshineModel.open(source, modelId, options),
      close: (model) => model.release(),
    });
  }

  /** Fills {@link Transcriber.load}; the ONNX runtime's own file is among those whose progress it reports. */
  load(options?: LoadOptions): Promise<void> {
    return this.#lifecycle.load(options);
  }

  /** Fills {@link Transcriber.transcribe}. Clips of any length: long ones are cut at pauses. */
  transcribe(clip: AudioClip, options?: CallOptions): AsyncIterableIterator<TranscriptEvent> {
    return this.#lifecycle.stream((model, signal) => this.#events(model, clip, signal), options);
  }

  /** Fills {@link Transcriber.dispose}. */
  dispose(): Promise<void> {
    return this.#lifecycle.dispose();
  }

  async *#events(
    model: MoonshineModel,
    clip: AudioClip,
    signal: AbortSignal,
  ): AsyncGenerator<TranscriptEvent> {
    checkClip(clip);
    const startedMs = performance.now();
    const settled: string[] = [];
    try {
      for (const stretch of splitAtPauses(clip.samples, clip.sampleRateHz, STRETCHES)) {
        let text = '';
        for (const samples of attempts(stretch)) {
          for await (text of growingText(model, samples, signal)) {
            yield { type: 'transcript-delta', text: joined([...settled, text]) };
          }
          if (text !== '') break;
        }
        settled.push(text);
      }
    } catch (error) {
      throw signal.aborted ? error : toRunAnywhereError(error, this.modelId);
    }
    yield { type: 'transcript-end', text: joined(settled), inferenceMs: performance.now() - startedMs };
  }
}

/**
 * A stretch, and then again without its ends: of a word or two between two silences the model may make nothing, and less silence
 * helps. Heard with "ask not" in jfk.wav.
 */
function* attempts(stretch: Float32Array<ArrayBuffer>): Generator<Float32Array<ArrayBuffer>> {
  yield stretch;
  const { min, max } = RETRIED_SAMPLES;
  if (stretch.length >= min && stretch.length <= max) yield stretch.slice(TRIMMED_SAMPLES, -TRIMMED_SAMPLES);
}

/** The text of one stretch after each of its tokens. */
async function* growingText(
  model: MoonshineModel,
  samples: Float32Array<ArrayBuffer>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  if (samples.length < MIN_SAMPLES) return;
  const maxTokens = Math.ceil((samples.length / MOONSHINE_SAMPLE_RATE_HZ) * TOKENS_PER_SECOND) + SPARE_TOKENS;
  const ids: number[] = [];
  const decoding = await model.listen(samples);
  try {
    while (ids.length < maxTokens) {
      await yieldToEvents();
      signal.throwIfAborted();
      const id = await decoding.next(ids.at(-1) ?? START_TOKEN);
      if (id === END_TOKEN) return;
      ids.push(id);
      const loop = loopStart(ids);
      yield model.text.decode(ids.slice(0, loop));
      if (loop !== undefined) return;
    }
  } finally {
    decoding.dispose();
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

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}

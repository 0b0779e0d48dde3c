import {
  EngineLifecycle,
  type LoadOptions,
  type ModelSource,
  RunAnywhereError,
  type SynthesisEvent,
  type SynthesizeOptions,
  type Synthesizer,
  type SynthesizerCapabilities,
  speaksLanguage,
  toRunAnywhereError,
} from '@runanywhere/core';
import { yieldToEvents } from '@runanywhere/onnx';
import { readEnglishData } from '../english/english-data.ts';
import { EnglishFrontEnd } from '../english/english-front-end.ts';
import { AcousticModel } from './acoustic-model.ts';
import { SAMPLE_RATE_HZ } from './frames.ts';
import { NeuralSpellingModel } from './spelling-model.ts';
import { trimSilence } from './trim-silence.ts';

/** Which voice, and where its bytes come from. */
export interface NeuralVoiceOptions {
  source: ModelSource;
  /** A model of the catalog that is laid out like hibari. @defaultValue 'hibari' */
  modelId?: string;
  /** BCP 47 tag of the language that will be spoken. Any English will do; the accent is American. @defaultValue 'en' */
  language?: string;
  /**
   * Where the voice's breath noise starts. The same text with the same seed gives the same samples; `'off'` leaves the
   * noise out, which sounds hollow and serves comparisons. @defaultValue 1
   */
  noiseSeed?: number | 'off';
  /**
   * Keep the silence that the model puts around each sentence, 0.3 s in front and 0.4 s behind. Without it the voice starts
   * sooner, and the pauses follow the punctuation. @defaultValue false
   */
  keepSilence?: boolean;
}

const LANGUAGES = ['en'];
const VOICES = ['heart'];
const SPEED = { min: 0.5, max: 2 };
/** Has no word that the dictionary lacks, so that the network for unknown words stays unloaded. */
const WARM_UP_TEXT = 'Hello there.';

/**
 * An English voice in 8 MB: hibari, distilled from Kokoro-82M's "heart" (Apache-2.0). Text goes sentence by sentence through
 * {@link EnglishFrontEnd}, a network that predicts spectra, and a vocoder; each sentence is given as soon as it is made.
 *
 * One run of the network is one synchronous call of a few milliseconds a word, so in a page it belongs in a worker. An
 * abort is noticed before and after each run.
 */
export class NeuralVoice implements Synthesizer {
  readonly modelId: string;
  readonly capabilities: SynthesizerCapabilities = {
    languages: LANGUAGES,
    voices: VOICES,
    sampleRateHz: SAMPLE_RATE_HZ,
  };
  readonly #noiseSeed: number | undefined;
  readonly #keepSilence: boolean;
  readonly #lifecycle: EngineLifecycle<LoadedVoice>;

  /** @throws {RunAnywhereError} `language-unsupported` when the language is not English. */
  constructor({
    source,
    modelId = 'hibari',
    language = 'en',
    noiseSeed = 1,
    keepSilence = false,
  }: NeuralVoiceOptions) {
    if (!speaksLanguage(LANGUAGES, language)) {
      throw new RunAnywhereError('language-unsupported', { language, supported: LANGUAGES, engine: modelId });
    }
    this.modelId = modelId;
    this.#noiseSeed = noiseSeed === 'off' ? undefined : noiseSeed;
    this.#keepSilence = keepSilence;
    this.#lifecycle = new EngineLifecycle({
      engine: modelId,
      open: (options) => LoadedVoice.open(source, modelId, options),
      close: (voice) => voice.release(),
    });
  }

  load(options?: LoadOptions): Promise<void> {
    return this.#lifecycle.load(options);
  }

  /** Fills {@link Synthesizer.synthesize}. Clips have `startMs` 0; text without anything to say is skipped. */
  synthesize(text: string, options: SynthesizeOptions = {}): AsyncIterableIterator<SynthesisEvent> {
    return this.#lifecycle.stream((voice, signal) => this.#events(voice, text, options, signal), options);
  }

  dispose(): Promise<void> {
    return this.#lifecycle.dispose();
  }

  async *#events(
    voice: LoadedVoice,
    text: string,
    { voice: name = 'heart', speed = 1 }: SynthesizeOptions,
    signal: AbortSignal,
  ): AsyncGenerator<SynthesisEvent, void, undefined> {
    checkOptions(name, speed);
    const startedMs = performance.now();
    let sampleCount = 0;
    try {
      for await (const sentence of voice.frontEnd.sentences(text)) {
        await yieldToEvents();
        signal.throwIfAborted();
        const sound = await voice.acoustic.speak(sentence.phonemes, { speed, noiseSeed: this.#noiseSeed });
        await yieldToEvents();
        signal.throwIfAborted();
        const samples = this.#keepSilence ? sound : trimSilence(sound, sentence.phonemes).slice();
        if (samples.length === 0) continue;
        sampleCount += samples.length;
        const clip = { samples: clipped(samples), sampleRateHz: SAMPLE_RATE_HZ, startMs: 0 };
        yield { type: 'speech-delta', clip, text: sentence.text };
      }
    } catch (error) {
      throw signal.aborted ? error : toRunAnywhereError(error, this.modelId);
    }
    const audioMs = (sampleCount * 1000) / SAMPLE_RATE_HZ;
    yield { type: 'speech-end', audioMs, inferenceMs: performance.now() - startedMs };
  }
}

/** Everything that is in memory once the voice is loaded. */
class LoadedVoice {
  readonly frontEnd: EnglishFrontEnd;
  readonly acoustic: AcousticModel;
  readonly #openSpelling: () => Promise<NeuralSpellingModel>;
  #spelling: Promise<NeuralSpellingModel> | undefined;

  private constructor(
    data: ConstructorParameters<typeof EnglishFrontEnd>[0],
    acoustic: AcousticModel,
    openSpelling: () => Promise<NeuralSpellingModel>,
  ) {
    this.acoustic = acoustic;
    this.#openSpelling = openSpelling;
    this.frontEnd = new EnglishFrontEnd(data, {
      spelling: async (word) => (await this.#spellingModel()).read(word),
    });
  }

  static async open(source: ModelSource, modelId: string, options: LoadOptions): Promise<LoadedVoice> {
    const opening = AcousticModel.open(source, modelId, options);
    try {
      const [acoustic, data] = await Promise.all([opening, readEnglishData(source, modelId, options)]);
      const voice = new LoadedVoice(data, acoustic, () => NeuralSpellingModel.open(source, modelId));
      await acoustic.speak(await voice.frontEnd.phonemes(WARM_UP_TEXT), { speed: 1, noiseSeed: undefined });
      options.signal?.throwIfAborted();
      return voice;
    } catch (error) {
      opening.then(
        (acoustic) => acoustic.release(),
        () => undefined, // It did not open, and the first failure is the one that is reported.
      );
      throw options.signal?.aborted ? error : toRunAnywhereError(error, modelId);
    }
  }

  async release(): Promise<void> {
    const spelling = await this.#spelling?.catch(() => undefined); // One that failed to open holds nothing.
    await Promise.all([this.acoustic.release(), spelling?.release()]);
  }

  /** Opened on first need: most sentences have no unknown word. After a failure the next word tries again. */
  #spellingModel(): Promise<NeuralSpellingModel> {
    this.#spelling ??= this.#openSpelling().catch((error: unknown) => {
      this.#spelling = undefined;
      throw error;
    });
    return this.#spelling;
  }
}

function checkOptions(voice: string, speed: number): void {
  if (!VOICES.includes(voice)) {
    throw new RunAnywhereError('invalid-options', {
      option: 'voice',
      reason: `there is no voice "${voice}"`,
    });
  }
  if (!(speed >= SPEED.min && speed <= SPEED.max)) {
    const reason = `${speed} is not between ${SPEED.min} and ${SPEED.max}`;
    throw new RunAnywhereError('invalid-options', { option: 'speed', reason });
  }
}

/** Within -1 and 1, in place. */
function clipped(samples: Float32Array<ArrayBuffer>): Float32Array<ArrayBuffer> {
  for (let index = 0; index < samples.length; index += 1) {
    const sample = samples[index] as number;
    if (sample > 1) samples[index] = 1;
    else if (sample < -1) samples[index] = -1;
  }
  return samples;
}

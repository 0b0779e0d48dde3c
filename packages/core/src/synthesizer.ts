import type { AudioClip } from './audio-clip.ts';
import type { CallOptions, Engine, Languages } from './engine.ts';

/** How a text is spoken. */
export interface SynthesizeOptions extends CallOptions {
  /** One of the synthesizer's `capabilities.voices`. @defaultValue the first of them */
  voice?: string;
  /** 1 is the voice's own pace, 2 twice as fast; between 0.5 and 2. @defaultValue 1 */
  speed?: number;
}

/** What a synthesizer gives while it speaks. */
export type SynthesisEvent =
  /** The next stretch of speech, to be played right after the one before it. */
  | {
      readonly type: 'speech-delta';
      readonly clip: AudioClip /** The part of the text that the clip says. */;
      readonly text: string;
    }
  /** Always the last event of a call. */
  | { readonly type: 'speech-end'; readonly audioMs: number; readonly inferenceMs: number };

/** What a synthesizer can do, declared rather than probed. */
export interface SynthesizerCapabilities {
  readonly languages: Languages;
  /** Names for {@link SynthesizeOptions.voice}; the first is the default. */
  readonly voices: readonly string[];
  /** The rate of the clips, in samples per second. */
  readonly sampleRateHz: number;
}

/** Turns text into speech. */
export interface Synthesizer extends Engine {
  readonly capabilities: SynthesizerCapabilities;
  /**
   * Any number of `speech-delta`, then exactly one `speech-end`. Calls are served one after the other, in order. A text
   * without anything to say gives only `speech-end`.
   *
   * @throws {RunAnywhereError} `not-loaded`, `invalid-options` (unknown voice, speed out of range), `engine-failed`,
   * `worker-crashed`, `disposed`.
   */
  synthesize(text: string, options?: SynthesizeOptions): AsyncIterable<SynthesisEvent>;
}

import { RunAnywhereError } from '@runanywhere/core';

/** How speech probabilities become utterances. All durations are in milliseconds. */
export interface SegmenterOptions {
  /** At or above this, a frame counts as speech. Between 0 and 1. @defaultValue 0.5 */
  speechThreshold: number;
  /** Below this, a frame counts as silence; in between, as more of what came before. @defaultValue 0.35 */
  silenceThreshold: number;
  /** Silence that ends an utterance. Longer survives pauses, shorter answers sooner. @defaultValue 600 */
  redemptionMs: number;
  /** Utterances with less speech than this are dropped as noise. @defaultValue 250 */
  minSpeechMs: number;
  /** Sound kept from before the first speech frame: detectors notice soft beginnings late. @defaultValue 400 */
  preSpeechPadMs: number;
  /** Sound kept from after the last speech frame, at most the redemption. @defaultValue 300 */
  postSpeechPadMs: number;
  /** An utterance that grows to this length, padding included, is cut. At least 1 000. @defaultValue 28000 */
  maxUtteranceMs: number;
  /** How far back a forced cut looks for the quietest place. At most half of `maxUtteranceMs`. @defaultValue 5000 */
  cutSearchMs: number;
}

/** The defaults of {@link SegmenterOptions}. */
export const defaultSegmenterOptions: Readonly<SegmenterOptions> = {
  speechThreshold: 0.5,
  silenceThreshold: 0.35,
  redemptionMs: 600,
  minSpeechMs: 250,
  preSpeechPadMs: 400,
  postSpeechPadMs: 300,
  maxUtteranceMs: 28_000,
  cutSearchMs: 5_000,
};

/** Where one frame lies in the stream. */
export interface SegmenterFrame {
  readonly startMs: number;
  readonly durationMs: number;
}

/** What a {@link Segmenter} tells. Times are those of the frames it was given. */
export type SegmenterEvent =
  /** The first speech frame began at `atMs`. */
  | { readonly type: 'speech-start'; readonly atMs: number }
  /** `minSpeechMs` of speech were reached at `atMs`: no click, no cough. */
  | { readonly type: 'speech-confirmed'; readonly atMs: number }
  /** It ended with less speech than `minSpeechMs`. */
  | { readonly type: 'speech-misfire'; readonly atMs: number; readonly speechMs: number }
  | {
      readonly type: 'speech-end';
      /** When the end was decided. */
      readonly atMs: number;
      /** Where the utterance's sound begins and ends, padding included. Never overlaps the utterance before. */
      readonly clipStartMs: number;
      readonly clipEndMs: number;
      /** The end of the last speech frame. */
      readonly lastSpeechMs: number;
      /** How much of it was speech. */
      readonly speechMs: number;
      /** `'cut'`: it was too long, and the next utterance goes on where this one stops. */
      readonly reason: 'silence' | 'cut' | 'flush';
    };

/** The frames of a forced cut's search, and of what is carried over it. */
interface SeenFrame {
  endMs: number;
  durationMs: number;
  probability: number;
}

/**
 * The state machine between a voice-activity detector and the pipeline. It holds no audio, reads no clock and never
 * awaits, so a test can drive an hour of speech through it in a millisecond.
 *
 * 1. A frame at or above `speechThreshold` starts an utterance, or goes on with one.
 * 2. A frame below `silenceThreshold` starts a silence; it lasts until the next speech frame. After `redemptionMs` the
 *    utterance is over: `speech-end`, or `speech-misfire` when it held less than `minSpeechMs` of speech.
 * 3. Its sound is padded on both sides, but never reaches back into the utterance before.
 * 4. An utterance that grows to `maxUtteranceMs` is cut after the least speech-like frame of the last `cutSearchMs`. The
 *    next begins exactly there: no sound is in both, none in neither. It counts as confirmed, so that the last word
 *    of a long speech is not taken for a misfire. Only when silence follows the cut, the next begins with the next speech.
 */
export class Segmenter {
  readonly #options: SegmenterOptions;
  readonly #seen: SeenFrame[] = [];
  #clipStartMs: number | undefined;
  /** No sound before this may be given out again. */
  #givenUntilMs = Number.NEGATIVE_INFINITY;
  #speechMs = 0;
  #lastSpeechMs = 0;
  #silenceStartMs: number | undefined;
  #confirmed = false;
  #endMs = 0;

  /** @throws {RunAnywhereError} `invalid-options` when thresholds are out of order or a duration makes no sense. */
  constructor(options: Partial<SegmenterOptions> = {}) {
    this.#options = { ...defaultSegmenterOptions, ...options };
    checkOptions(this.#options);
  }

  /** Whether an utterance is in progress. */
  get speaking(): boolean {
    return this.#clipStartMs !== undefined;
  }

  /** Takes the probability for the next frame and returns what changed, usually nothing. */
  push(speechProbability: number, frame: SegmenterFrame): readonly SegmenterEvent[] {
    const { speechThreshold, silenceThreshold, minSpeechMs, preSpeechPadMs } = this.#options;
    this.#endMs = frame.startMs + frame.durationMs;
    const isSpeech = speechProbability >= speechThreshold;
    if (!isSpeech && this.#clipStartMs === undefined) return NOTHING;

    const events: SegmenterEvent[] = [];
    if (this.#clipStartMs === undefined) {
      this.#clipStartMs = Math.max(frame.startMs - preSpeechPadMs, this.#givenUntilMs);
      events.push({ type: 'speech-start', atMs: frame.startMs });
    }
    this.#remember({ endMs: this.#endMs, durationMs: frame.durationMs, probability: speechProbability });
    if (isSpeech) {
      this.#silenceStartMs = undefined;
      this.#speechMs += frame.durationMs;
      this.#lastSpeechMs = this.#endMs;
      if (!this.#confirmed && this.#speechMs >= minSpeechMs) {
        this.#confirmed = true;
        events.push({ type: 'speech-confirmed', atMs: this.#endMs });
      }
    } else if (speechProbability < silenceThreshold) {
      this.#silenceStartMs ??= frame.startMs;
    }

    if (
      this.#silenceStartMs !== undefined &&
      this.#endMs - this.#silenceStartMs >= this.#options.redemptionMs
    ) {
      events.push(this.#end('silence'));
    } else if (this.#endMs - this.#clipStartMs >= this.#options.maxUtteranceMs) {
      events.push(...this.#cut());
    }
    return events.length > 0 ? events : NOTHING;
  }

  /** Ends the utterance in progress, if there is one, because no more frames come for now. */
  flush(): readonly SegmenterEvent[] {
    return this.#clipStartMs === undefined ? NOTHING : [this.#end('flush')];
  }

  #end(reason: 'silence' | 'flush'): SegmenterEvent {
    const speechMs = this.#speechMs;
    const clipStartMs = this.#clipStartMs as number;
    const clipEndMs = Math.min(this.#lastSpeechMs + this.#options.postSpeechPadMs, this.#endMs);
    const confirmed = this.#confirmed;
    this.#rest();
    if (!confirmed) return { type: 'speech-misfire', atMs: this.#endMs, speechMs };
    this.#givenUntilMs = clipEndMs;
    return {
      type: 'speech-end',
      atMs: this.#endMs,
      clipStartMs,
      clipEndMs,
      lastSpeechMs: this.#lastSpeechMs,
      speechMs,
      reason,
    };
  }

  #rest(): void {
    this.#clipStartMs = undefined;
    this.#silenceStartMs = undefined;
    this.#speechMs = 0;
    this.#confirmed = false;
    this.#seen.length = 0;
  }

  #cut(): SegmenterEvent[] {
    const quietest = this.#seen.reduce((best, frame) =>
      frame.probability <= best.probability ? frame : best,
    );
    const cutMs = quietest.endMs;
    const after = this.#seen.slice(this.#seen.indexOf(quietest) + 1);
    const speechAfter = after.filter(({ probability }) => probability >= this.#options.speechThreshold);
    const speechAfterMs = speechAfter.reduce((sum, { durationMs }) => sum + durationMs, 0);
    const lastSpeechMs = Math.min(this.#lastSpeechMs, cutMs);
    const end: SegmenterEvent = {
      type: 'speech-end',
      atMs: this.#endMs,
      clipStartMs: this.#clipStartMs as number,
      clipEndMs: cutMs,
      lastSpeechMs,
      speechMs: this.#speechMs - speechAfterMs,
      reason: 'cut',
    };
    this.#givenUntilMs = cutMs;
    if (speechAfterMs === 0 && this.#silenceStartMs !== undefined) {
      this.#rest();
      return [end];
    }
    this.#clipStartMs = cutMs;
    this.#speechMs = speechAfterMs;
    this.#confirmed = true;
    this.#lastSpeechMs = Math.max(this.#lastSpeechMs, cutMs);
    this.#seen.splice(0, this.#seen.length, ...after);
    return [end, { type: 'speech-start', atMs: cutMs }, { type: 'speech-confirmed', atMs: this.#endMs }];
  }

  #remember(frame: SeenFrame): void {
    this.#seen.push(frame);
    while ((this.#seen[0] as SeenFrame).endMs <= frame.endMs - this.#options.cutSearchMs) this.#seen.shift();
  }
}

const NOTHING: readonly SegmenterEvent[] = [];

function checkOptions(options: SegmenterOptions): void {
  const refuse = (option: string, reason: string): never => {
    throw new RunAnywhereError('invalid-options', { option, reason });
  };
  for (const [option, value] of Object.entries(options)) {
    if (!(value >= 0)) refuse(option, `${value} is not a number from 0 up`);
  }
  if (options.speechThreshold > 1) refuse('speechThreshold', 'a probability is at most 1');
  if (options.silenceThreshold > options.speechThreshold)
    refuse('silenceThreshold', 'it lies above speechThreshold');
  if (options.maxUtteranceMs < 1000) refuse('maxUtteranceMs', 'it is shorter than a second');
  if (options.maxUtteranceMs < 2 * options.preSpeechPadMs)
    refuse('preSpeechPadMs', 'it is more than half of maxUtteranceMs');
  if (options.cutSearchMs > options.maxUtteranceMs / 2)
    refuse('cutSearchMs', 'it is more than half of maxUtteranceMs');
}

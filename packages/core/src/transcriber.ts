import type { AudioClip } from './audio-clip.ts';
import type { CallOptions, Engine, Languages } from './engine.ts';

/** What a transcriber says of an utterance. */
export type TranscriptEvent =
  /** A guess at the whole text so far, that later events may replace. */
  | { readonly type: 'transcript-delta'; readonly text: string }
  /** The settled text; always the last event of a call. Empty when nothing was said. */
  | { readonly type: 'transcript-end'; readonly text: string; readonly inferenceMs: number };

/** What a transcriber can do, declared rather than probed. */
export interface TranscriberCapabilities {
  /** Whether `transcript-delta` events come before the end of a call. */
  readonly interim: boolean;
  /** BCP 47 tags, or `'any'` when the model detects the language itself. */
  readonly languages: Languages;
}

/**
 * Turns one utterance into text. A model, a remote service, a worker proxy and a test fake all fill this; the
 * pipeline cannot tell which one it was given.
 */
export interface Transcriber extends Engine {
  readonly capabilities: TranscriberCapabilities;
  /**
   * Any number of `transcript-delta`, then exactly one `transcript-end`. Calls are served one after the other, in order.
   *
   * @param clip mono, 16 000 Hz; resample first with `resampleClip()` from `@runanywhere/audio`.
   * @throws {RunAnywhereError} `not-loaded`, `invalid-audio`, `engine-failed`, `worker-crashed`, `disposed`.
   */
  transcribe(clip: AudioClip, options?: CallOptions): AsyncIterable<TranscriptEvent>;
}

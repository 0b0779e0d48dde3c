import type { AudioClip } from './audio-clip.ts';
import type { Emitter } from './emitter.ts';
import type { LoadOptions } from './engine.ts';
import type { RunAnywhereError } from './errors.ts';

/** What a speech input tells, times in milliseconds on the `performance.now()` clock. */
export interface SpeechInputEvents {
  /** Sound arrives from now on; nothing that begins at or after `atMs` is lost. */
  'microphone-open': {
    readonly atMs: number /** From the call of `getUserMedia` to the first frame. */;
    readonly firstFrameMs: number;
  };
  /** Loudness of the last stretch, for a meter; about 20 a second. */
  level: { readonly atMs: number /** Root mean square, 0 to 1. */; readonly rms: number };
  /** Speech began at `atMs`, as far as can be told yet. */
  'speech-start': { readonly atMs: number };
  /** It lasted `minSpeechMs`, so it is no click or cough. */
  'speech-confirmed': { readonly atMs: number };
  /** It was too short to be speech. */
  'speech-misfire': { readonly atMs: number };
  /** The utterance is over. */
  'speech-end': {
    /** The utterance, 16 000 Hz, with a little silence before and after. */
    readonly clip: AudioClip;
    /** When the last speech in it was heard. */
    readonly lastSpeechMs: number;
    /** When its end was decided. */
    readonly atMs: number;
  };
  /** Nothing but digital zeros arrives: a muted switch, the wrong device. Told once for each such stretch. */
  'microphone-silent': { readonly atMs: number; readonly silentMs: number };
  /** Something was lost because nobody could take it yet. Told bit by bit: sum them. */
  'speech-lost': { readonly lostMs: number };
  /** The microphone is gone or an engine of the input failed; it has to be opened again. */
  error: RunAnywhereError;
}

/** Where speech comes from: a microphone with its voice activity, a file, a test. */
export interface SpeechInput {
  readonly events: Emitter<SpeechInputEvents>;
  /** Makes everything ready that `open` needs and that asks nobody for permission. Calling it again is free. */
  load(options?: LoadOptions): Promise<void>;
  /**
   * Opens the microphone; may be called before `load` has settled: what is said meanwhile is kept.
   *
   * @throws {RunAnywhereError} `mic-denied`, `mic-missing`, `mic-busy`, `insecure-context`, `permissions-policy`,
   * `audio-unsupported`, `audio-blocked`.
   */
  open(options?: { signal?: AbortSignal }): Promise<void>;
  /** Muted, it hears silence; the microphone stays open. */
  setMuted(muted: boolean): void;
  /** Closes the microphone. An utterance in progress ends here and is given out. */
  close(): Promise<void>;
  dispose(): Promise<void>;
}

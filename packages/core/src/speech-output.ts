import type { AudioClip } from './audio-clip.ts';
import type { Emitter } from './emitter.ts';
import type { RunAnywhereError } from './errors.ts';

/** What a speech output tells, times in milliseconds on the `performance.now()` clock. */
export interface SpeechOutputEvents {
  /** The first sample since the last end becomes audible at `atMs`. */
  'playback-start': { readonly atMs: number };
  /** Everything queued has been played, or was dropped by `stop`. */
  'playback-end': { readonly atMs: number; readonly playedMs: number; readonly stopped: boolean };
  error: RunAnywhereError;
}

/** Where speech goes: a loudspeaker, a recorder, a test. */
export interface SpeechOutput {
  readonly events: Emitter<SpeechOutputEvents>;
  /**
   * Opens the loudspeaker; call it from a click where the browser asks for that.
   *
   * @throws {RunAnywhereError} `audio-unsupported`, `audio-blocked`.
   */
  open(): Promise<void>;
  /** Queues a clip of any rate right behind what is queued already, without a gap. The clip's samples may be moved away. */
  enqueue(clip: AudioClip): void;
  /** How much of the queue has really left since `playback-start`, in milliseconds. */
  playedMs(): number;
  /** Drops what has not been played, with a fade too short to click. */
  stop(): void;
  /** 0 is silent, 1 as synthesised. */
  setVolume(volume: number): void;
  dispose(): Promise<void>;
}

import type { CallOptions, Engine } from './engine.ts';

/** Tells speech from everything else, one short frame at a time. */
export interface VoiceActivityDetector extends Engine {
  /** Samples in the frame that {@link process} takes, for example 512 (32 ms). */
  readonly frameSamples: number;
  /** The rate the frames must have, for example 16 000. */
  readonly sampleRateHz: number;
  /**
   * The probability, 0 to 1, that the frame holds speech. Frames form one stream: the detector remembers the past,
   * so call it in order and one call at a time.
   *
   * @param frame mono, exactly {@link frameSamples} long; read before the promise settles, not kept after.
   * @throws {RunAnywhereError} `not-loaded`, `invalid-audio`, `engine-failed`, `disposed`.
   */
  process(frame: Float32Array, options?: CallOptions): Promise<number>;
  /** Forgets the past: call it where the stream of frames is broken. */
  reset(): void;
}

import type { AudioClip } from './audio-clip.ts';
import type { CallOptions, Engine } from './engine.ts';

/** What a turn detector thinks of the speech so far. */
export interface TurnPrediction {
  /** The probability, 0 to 1, that the person has finished. */
  readonly endProbability: number;
  /** How long the model took, in milliseconds. */
  readonly inferenceMs: number;
}

/** Judges from the sound of the speech so far whether the person has finished or only pauses. */
export interface TurnDetector extends Engine {
  /**
   * @param clip mono, 16 000 Hz, the utterance so far; only its end matters (the last 8 s for smart-turn).
   * @throws {RunAnywhereError} `not-loaded`, `invalid-audio`, `engine-failed`, `disposed`.
   */
  predict(clip: AudioClip, options?: CallOptions): Promise<TurnPrediction>;
}

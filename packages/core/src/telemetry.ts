/** The stages of a turn, in the order in which they run. */
export type Stage =
  | 'capture'
  | 'voice-activity'
  | 'end-of-turn'
  | 'transcription'
  | 'language'
  | 'speech'
  | 'playback';

/** A stage began or ended. Carries times and counts, never what was said. */
export interface StageEvent {
  readonly type: 'stage-start' | 'stage-end';
  readonly stage: Stage;
  /** Counts the turns of a session from 1; 0 before the first. */
  readonly turn: number;
  /** Milliseconds on the `performance.now()` clock. */
  readonly atMs: number;
  /** Which engine did the work. */
  readonly modelId?: string;
  /** What computes the model, where an engine has a choice, for example `'kernel'` or `'wllama'`. */
  readonly runtime?: string;
  /** How a stage ended. */
  readonly outcome?: 'done' | 'cancelled' | 'failed';
  /** Counts that belong to the stage, for example `{ promptTokens: 57 }`. */
  readonly counts?: Readonly<Record<string, number>>;
}

/** Takes what the pipeline tells of itself. It must not throw and must return at once. */
export interface TelemetrySink {
  record(event: StageEvent): void;
}

/** Drops everything: the sink when none is given. */
export const silentTelemetry: TelemetrySink = { record: () => undefined };

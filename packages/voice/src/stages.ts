import type { Clock, Stage, StageEvent, TelemetrySink } from '@runanywhere/core';

/** Ends a stage that began. Only the first call counts. */
export type EndStage = (
  outcome: NonNullable<StageEvent['outcome']>,
  facts?: { readonly atMs?: number; readonly counts?: Readonly<Record<string, number>> },
) => void;

/** Tells the telemetry sink when stages begin and end, exactly one end for each begin. */
export class Stages {
  readonly #sink: TelemetrySink;
  readonly #clock: Clock;

  constructor(sink: TelemetrySink, clock: Clock) {
    this.#sink = sink;
    this.#clock = clock;
  }

  /** @param facts `atMs` when it began in the past. */
  start(
    stage: Stage,
    turn: number,
    facts: {
      readonly atMs?: number;
      readonly modelId?: string | undefined;
      readonly runtime?: string | undefined;
    } = {},
  ): EndStage {
    const { modelId, runtime } = facts;
    const common = {
      stage,
      turn,
      ...(modelId !== undefined && { modelId }),
      ...(runtime !== undefined && { runtime }),
    };
    this.#sink.record({ type: 'stage-start', ...common, atMs: facts.atMs ?? this.#clock.now() });
    let open = true;
    return (outcome, { atMs = this.#clock.now(), counts } = {}) => {
      if (!open) return;
      open = false;
      this.#sink.record({ type: 'stage-end', ...common, atMs, outcome, ...(counts && { counts }) });
    };
  }
}

/** How a turn ended. `cancelled`: before anything of it was heard; `interrupted`: while it was being spoken. */
export type TurnOutcome = 'done' | 'interrupted' | 'cancelled' | 'failed';

/**
 * When the steps of one turn happened, in milliseconds on the `performance.now()` clock. A step that did not happen is
 * absent: a typed turn has no `lastSpeechMs`, one that was cancelled no `firstAudioMs`.
 */
export interface TurnTimings {
  /** When the last speech of the person was heard. */
  readonly lastSpeechMs?: number;
  /** When it was decided that the person has finished; for typed and said turns, when they were asked for. */
  readonly endOfTurnMs?: number;
  /** When the text of what was said was settled. */
  readonly transcriptMs?: number;
  /** When the first piece of the reply arrived. */
  readonly firstTokenMs?: number;
  /** When the reply could first be heard. */
  readonly firstAudioMs?: number;
  /** When the last piece of the reply arrived. */
  readonly replyEndMs?: number;
  /** When the turn was over: everything was played, or it was stopped. */
  readonly doneMs?: number;
}

/** One line of {@link turnWaterfall}. */
export interface WaterfallRow {
  /** The step that was reached. */
  readonly step: 'end of turn' | 'transcript' | 'first token' | 'first audio' | 'reply end' | 'done';
  /** Milliseconds since the turn's first known moment: the last speech, or the click that sent the text. */
  readonly sinceStartMs: number;
  /** Milliseconds since the row before. Negative is possible for `reply end`: a long reply is heard before it is finished. */
  readonly stepMs: number;
}

const STEPS: readonly (readonly [WaterfallRow['step'], keyof TurnTimings])[] = [
  ['end of turn', 'endOfTurnMs'],
  ['transcript', 'transcriptMs'],
  ['first token', 'firstTokenMs'],
  ['first audio', 'firstAudioMs'],
  ['reply end', 'replyEndMs'],
  ['done', 'doneMs'],
];

/** Turns a turn's moments into a small table: who waited for what. Steps that did not happen have no row. */
export function turnWaterfall(timings: TurnTimings): readonly WaterfallRow[] {
  const rows: WaterfallRow[] = [];
  const startMs = timings.lastSpeechMs ?? timings.endOfTurnMs;
  if (startMs === undefined) return rows;
  let previousMs = startMs;
  for (const [step, key] of STEPS) {
    const atMs = timings[key];
    if (atMs === undefined) continue;
    rows.push({ step, sinceStartMs: atMs - startMs, stepMs: atMs - previousMs });
    previousMs = atMs;
  }
  return rows;
}

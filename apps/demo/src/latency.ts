import { type TurnTimings, turnWaterfall, type WaterfallRow } from '@runanywhere/voice';
import { make } from './elements.ts';
import { formatMs } from './format.ts';

const SHOWN: readonly WaterfallRow['step'][] = ['end of turn', 'transcript', 'first token', 'first audio'];

/**
 * Where the time of one turn went, as a small waterfall with numbers; undefined when nothing of it was heard.
 *
 * @param loadingMs when models were last seen loading: that they were explains the figures of a first turn.
 */
export function latencyLine(timings: TurnTimings, loadingMs: number): HTMLElement | undefined {
  const rows = turnWaterfall(timings).filter(
    ({ step, sinceStartMs }) => SHOWN.includes(step) && sinceStartMs > 0,
  );
  const heard = rows.find(({ step }) => step === 'first audio');
  if (!heard) return undefined;

  const figure = make('div', 'latency');
  const since = timings.lastSpeechMs === undefined ? 'after sending' : 'after your last word';
  const why =
    loadingMs > (timings.lastSpeechMs ?? timings.endOfTurnMs ?? 0) ? ', the models were still loading' : '';
  figure.append(make('p', 'latency-sum', `First sound ${formatMs(heard.sinceStartMs)} ${since}${why}`));
  const list = make('ol', 'latency-steps');
  for (const { step, sinceStartMs, stepMs } of rows) {
    const item = make('li');
    item.dataset.step = step;
    const bar = make('span', 'latency-bar');
    bar.ariaHidden = 'true';
    const piece = make('span');
    const tookMs = Math.max(0, stepMs);
    piece.style.setProperty('--from', String((sinceStartMs - tookMs) / heard.sinceStartMs));
    piece.style.setProperty('--share', String(tookMs / heard.sinceStartMs));
    bar.append(piece);
    item.append(make('span', 'latency-step', step), bar, make('span', 'latency-ms', formatMs(tookMs)));
    list.append(item);
  }
  figure.append(list);
  return figure;
}

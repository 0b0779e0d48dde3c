import { SAMPLE_RATE_HZ } from './frames.ts';

/** Quieter than this, in decibels below full scale, is silence: the model’s own lies near -110. */
const SILENCE_DB = -70;
/** Kept in front of the first sound: with 20 ms "photosynthesis" was heard as "focus synthesis". */
const LEAD_MS = 40;
const WINDOW_SAMPLES = SAMPLE_RATE_HZ / 200; // 5 ms

/** How long a voice rests behind a stretch of text: after a sentence, after a clause, in the middle of a phrase. */
const PAUSE_MS = { sentence: 280, clause: 140, phrase: 40 };

/**
 * The sound without the silence that the model puts around it, 0.3 s in front and 0.4 s behind: in front it would only
 * delay the voice, and behind it would tear a sentence that is spoken clause by clause. What the text ends with decides how
 * much is left.
 *
 * @param phonemes What is said; its last mark tells a sentence from a clause.
 * @returns A view of the same samples; empty when there is no sound.
 */
export function trimSilence(samples: Float32Array<ArrayBuffer>, phonemes: string): Float32Array<ArrayBuffer> {
  const windows = Math.ceil(samples.length / WINDOW_SAMPLES);
  let first = 0;
  while (first < windows && isSilent(samples, first)) first += 1;
  if (first === windows) return samples.subarray(0, 0);
  let last = windows - 1;
  while (isSilent(samples, last)) last -= 1;

  const start = Math.max(0, first * WINDOW_SAMPLES - toSamples(LEAD_MS));
  const end = Math.min(samples.length, (last + 1) * WINDOW_SAMPLES + toSamples(pauseMs(phonemes)));
  return samples.subarray(start, end);
}

function pauseMs(phonemes: string): number {
  const mark = /([.!?…:;,—])["“”)]*$/u.exec(phonemes)?.[1];
  if (mark === undefined) return PAUSE_MS.phrase;
  return '.!?…'.includes(mark) ? PAUSE_MS.sentence : PAUSE_MS.clause;
}

function isSilent(samples: Float32Array, window: number): boolean {
  const start = window * WINDOW_SAMPLES;
  const end = Math.min(samples.length, start + WINDOW_SAMPLES);
  let power = 0;
  for (let index = start; index < end; index += 1) power += (samples[index] as number) ** 2;
  return power <= (end - start) * 10 ** (SILENCE_DB / 10);
}

function toSamples(ms: number): number {
  return Math.round((ms * SAMPLE_RATE_HZ) / 1000);
}

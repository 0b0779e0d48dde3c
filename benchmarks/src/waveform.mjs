/**
 * Reads moments off a recording.
 *
 * @typedef {object} Span
 * @property {Float32Array} samples
 * @property {number} sampleRateHz
 * @property {number} fromMs
 * @property {number} toMs
 */

const WINDOW_MS = 5;

/**
 * When the first sound of a span begins: its first window of 5 ms that is louder than `aboveDb` dBFS (RMS).
 *
 * @param {Span} span
 * @param {number} aboveDb
 * @returns {number | undefined} Milliseconds since the recording's beginning.
 */
export function firstSoundMs(span, aboveDb) {
  const limit = 10 ** (aboveDb / 20);
  for (const { startMs, level } of windows(span)) if (level > limit) return startMs;
  return undefined;
}

/**
 * When the last speech of a span ends: its last window of 5 ms that is at most `withinDb` dB below its loudest.
 *
 * @param {Span} span
 * @param {number} withinDb
 * @returns {number | undefined} Milliseconds since the recording's beginning; `undefined` for digital silence.
 */
export function lastSpeechMs(span, withinDb) {
  const levels = [...windows(span)];
  const loudest = Math.max(0, ...levels.map(({ level }) => level));
  const last = levels.findLast(({ level }) => level > 0 && level >= loudest / 10 ** (withinDb / 20));
  return last && last.startMs + WINDOW_MS;
}

/** @param {Span} span */
function* windows({ samples, sampleRateHz, fromMs, toMs }) {
  const size = (WINDOW_MS * sampleRateHz) / 1000;
  const end = Math.min(samples.length, (toMs * sampleRateHz) / 1000);
  for (
    let start = Math.max(0, Math.round((fromMs * sampleRateHz) / 1000));
    start + size <= end;
    start += size
  ) {
    let sum = 0;
    for (const sample of samples.subarray(start, start + size)) sum += sample * sample;
    yield { startMs: (start * 1000) / sampleRateHz, level: Math.sqrt(sum / size) };
  }
}

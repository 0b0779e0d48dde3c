/**
 * A figure beside what it should be. `met` looks at the end of the interval that is nearer to the limit.
 *
 * @typedef {object} Verdict
 * @property {string} what
 * @property {number} value
 * @property {[number, number]} interval
 * @property {string} unit
 * @property {'at least' | 'at most'} bound
 * @property {number} limit
 * @property {number} pairs
 * @property {boolean} met
 *
 * @typedef {{ title: string, columns: string[], rows: (string | number)[][] }} Table
 *
 * What a benchmark with several figures gives.
 *
 * @typedef {object} Report
 * @property {'report'} kind
 * @property {string} goal
 * @property {string} what
 * @property {Verdict[]} verdicts
 * @property {boolean} met
 * @property {Table[]} tables
 * @property {string[]} notes
 * @property {number} rounds
 * @property {string} command
 * @property {ReturnType<typeof import('./machine.mjs').describeMachine>} machine
 * @property {string} date
 *
 * What its measuring is given.
 *
 * @typedef {object} MeasureOptions
 * @property {number} rounds
 * @property {string} executablePath
 * @property {string} modelsFolder
 * @property {(line: string) => void} say
 *
 * @typedef {Pick<Report, 'verdicts' | 'tables' | 'notes'> & { browserVersion: string }} Measured
 */

/**
 * @param {Omit<Verdict, 'met'>} figure
 * @returns {Verdict}
 */
export function judge(figure) {
  const [low, high] = figure.interval;
  const met = figure.bound === 'at least' ? low >= figure.limit : high <= figure.limit;
  return { ...figure, met };
}

/** Three digits that count. */
export function tidy(/** @type {number} */ value) {
  if (!Number.isFinite(value)) return '–';
  return String(Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3)));
}

/** A verdict as a line for people. */
export function describeVerdict(
  /** @type {Verdict} */ { what, value, interval, unit, bound, limit, pairs, met },
) {
  const [low, high] = interval.map(tidy);
  return `${what}: ${tidy(value)}${unit} (95 % interval ${low} to ${high}, ${pairs} ${unit.includes('×') ? 'pairs' : 'values'}), goal ${bound} ${limit}${unit}: ${met ? 'met' : 'not met'}`;
}

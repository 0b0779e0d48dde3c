import { cacheFolder } from '@runanywhere/models/node';
import { measureLanguageModels } from './language-model-goal.mjs';
import { describeMachine } from './machine.mjs';
import { measureVoiceActivity } from './voice-activity-goal.mjs';
import { measureVoiceToVoice } from './voice-to-voice-goal.mjs';

/**
 * Goals that are measured by runs of their own.
 *
 * @typedef {object} ReportedGoal
 * @property {string} name What `npm run bench` calls it.
 * @property {string} what One line for people.
 * @property {number} defaultRounds As few as give an interval.
 * @property {(options: import('./verdict.mjs').MeasureOptions) => Promise<import('./verdict.mjs').Measured>} measure
 */

/** @type {Record<string, ReportedGoal>} */
export const REPORTED_GOALS = {
  G5: {
    name: 'voice-activity',
    what: 'voice activity: a hop against ONNX Runtime, readiness against vad-web, the same probabilities',
    defaultRounds: 15,
    measure: measureVoiceActivity,
  },
  G13: {
    name: 'voice-to-voice',
    what: 'from the last sample of speech in to the first audible sample out, local models, two cores',
    defaultRounds: 10,
    measure: measureVoiceToVoice,
  },
  G14: {
    name: 'language-model',
    what: 'language model on one thread, same weights, same page: decoding and first token against the faster of wllama’s Q4_1 and Q8_0',
    defaultRounds: 15,
    measure: measureLanguageModels,
  },
};

/**
 * @param {string} goal
 * @param {{ rounds: number | undefined, executablePath: string, command: (goal: string, rounds: number) => string, say: (line: string) => void }} options
 * @returns {Promise<import('./verdict.mjs').Report>}
 */
export async function runReport(goal, { rounds: wanted, executablePath, command, say }) {
  const found = REPORTED_GOALS[goal];
  if (!found) throw new RangeError(`there is no goal ${goal}`);
  const rounds = wanted ?? found.defaultRounds;
  const { browserVersion, ...measured } = await found.measure({
    rounds,
    executablePath,
    modelsFolder: cacheFolder(),
    say,
  });
  return {
    kind: 'report',
    goal,
    what: found.what,
    met: measured.verdicts.every(({ met }) => met),
    ...measured,
    rounds,
    command: command(goal, rounds),
    machine: describeMachine(browserVersion),
    date: new Date().toISOString().slice(0, 10),
  };
}

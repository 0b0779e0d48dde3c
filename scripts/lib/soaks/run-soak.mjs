import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StepError } from '../process.mjs';

const SAVE_EVERY_MS = 5000;
const PAUSE_EVERY_MS = 50;
/** Failures that are kept in words; all are counted. */
const FAILURES_KEPT = 20;

/**
 * How far a soak has come, in a file.
 *
 * @typedef {object} Progress
 * @property {number} seed
 * @property {number} count Steps done.
 * @property {number} elapsedMs
 * @property {number} failures
 * @property {{ step: number, what: string }[]} firstFailures
 * @property {unknown} kept
 */

/**
 * Runs a soak to its end, from its first step or from where it was stopped.
 *
 * @param {import('./registry.mjs').Soak} soak
 * @param {object} options
 * @param {number} options.seed Of a soak that begins.
 * @param {number} options.count Steps at least, those of earlier runs included.
 * @param {number} options.minutes Minutes at least, likewise.
 * @param {boolean} options.resume
 * @param {string} options.stateFile Where progress is kept: every few seconds, and when the process ends.
 * @param {(file: string) => Promise<Record<string, any>>} options.load
 * @param {(line: string) => void} options.say
 */
export async function runSoak(soak, { seed, count, minutes, resume, stateFile, load, say }) {
  const progress = resume
    ? readProgress(stateFile)
    : /** @type {Progress} */ ({
        seed,
        count: 0,
        elapsedMs: 0,
        failures: 0,
        firstFailures: [],
        kept: undefined,
      });
  const run = await soak.open({ seed: progress.seed, kept: progress.kept, load });
  const save = () => {
    mkdirSync(path.dirname(stateFile), { recursive: true });
    writeFileSync(stateFile, JSON.stringify({ ...progress, kept: run.keep?.() }));
  };
  const stopped = () => {
    save();
    say(
      `Stopped after ${progress.count} steps. \`npm run soak -- ${soak.name} --resume\` goes on from there.`,
    );
  };
  // Ctrl-C ends the process from a handler: nothing that waits would run any more.
  process.once('exit', stopped);
  const fail = (/** @type {number} */ step, /** @type {string} */ what) => {
    progress.failures += 1;
    if (progress.firstFailures.length < FAILURES_KEPT) progress.firstFailures.push({ step, what });
    say(`FAIL  step ${step} of seed ${progress.seed}: ${what}`);
  };
  const startMs = performance.now() - progress.elapsedMs;
  let savedMs = performance.now();
  let pausedMs = savedMs;
  while (progress.count < count || progress.elapsedMs < minutes * 60_000) {
    const what = await run.step(progress.count);
    if (what !== undefined) fail(progress.count, what);
    progress.count += 1;
    const nowMs = performance.now();
    progress.elapsedMs = nowMs - startMs;
    if (nowMs - pausedMs < PAUSE_EVERY_MS) continue;
    // Steps that never wait for anything would leave no room for Ctrl-C.
    await new Promise((resolve) => setImmediate(resolve));
    pausedMs = nowMs;
    if (nowMs - savedMs < SAVE_EVERY_MS) continue;
    save();
    savedMs = nowMs;
    say(
      `${progress.count} steps, ${progress.failures} failures, ${(progress.elapsedMs / 60_000).toFixed(1)} min`,
    );
  }
  for (const what of run.verdict?.() ?? []) fail(progress.count, what);
  const result = {
    name: soak.name,
    what: soak.what,
    seed: progress.seed,
    count: progress.count,
    failures: progress.failures,
    firstFailures: progress.firstFailures,
    minutes: Number((progress.elapsedMs / 60_000).toFixed(4)),
    ...run.result?.(),
  };
  await run.close?.();
  process.removeListener('exit', stopped);
  rmSync(stateFile, { force: true });
  return result;
}

/**
 * @param {string} stateFile
 * @returns {Progress}
 */
function readProgress(stateFile) {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8'));
  } catch {
    throw new StepError('There is no stopped run to go on with.', 'Leave --resume out.');
  }
}

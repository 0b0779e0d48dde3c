import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runSoak } from './run-soak.mjs';

/** @type {string} */
let folder;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'runanywhere-soak-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = () => ({
  seed: 7,
  count: 4,
  minutes: 0,
  resume: false,
  stateFile: path.join(folder, 'state.json'),
  load: async () => ({}),
  say: () => undefined,
});

/**
 * @param {number[]} done
 * @param {number} [breakAt]
 * @returns {import('./registry.mjs').Soak}
 */
const soak = (done, breakAt) => ({
  name: 'numbers',
  what: 'counts',
  count: 4,
  minutes: 0,
  open: async ({ seed, kept }) => {
    let sum = /** @type {number} */ (kept ?? 0);
    return {
      async step(index) {
        if (index === breakAt) throw new Error('power cut');
        done.push(index);
        sum += index;
        return index === 2 ? `two is odd with seed ${seed}` : undefined;
      },
      keep: () => sum,
      result: () => ({ sum }),
      verdict: () => (sum > 5 ? ['the sum is large'] : []),
    };
  },
});

test('takes every step, counts what went wrong, and leaves no state', async () => {
  /** @type {number[]} */
  const done = [];
  const result = await runSoak(soak(done), options());
  expect(done).toEqual([0, 1, 2, 3]);
  expect(result).toMatchObject({ name: 'numbers', seed: 7, count: 4, failures: 2, sum: 6 });
  expect(result.firstFailures).toEqual([
    { step: 2, what: 'two is odd with seed 7' },
    { step: 4, what: 'the sum is large' },
  ]);
  expect(existsSync(options().stateFile)).toBe(false);
});

test('lasts the minutes asked for, however many steps that takes', async () => {
  const result = await runSoak(soak([]), { ...options(), count: 1, minutes: 0.001 });
  expect(result.minutes * 60_000).toBeGreaterThanOrEqual(50);
  expect(result.count).toBeGreaterThan(1);
});

test('a stopped run goes on where it was, with its seed and what it kept', async () => {
  const state = { seed: 3, count: 2, elapsedMs: 1000, failures: 0, firstFailures: [], kept: 1 };
  writeFileSync(options().stateFile, JSON.stringify(state));
  /** @type {number[]} */
  const done = [];
  const result = await runSoak(soak(done), { ...options(), resume: true });
  expect(done).toEqual([2, 3]);
  expect(result).toMatchObject({ seed: 3, count: 4, sum: 6 });
});

test('says so when there is nothing to resume', async () => {
  await expect(runSoak(soak([]), { ...options(), resume: true })).rejects.toThrow('no stopped run');
});

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../process.mjs';
import { SOAKS } from './registry.mjs';

test.each(SOAKS)('the last full run of the soak "$name" is there and green', ({ name, count, minutes }) => {
  const file = path.join(root, 'benchmarks/results', `soak-${name}.json`);
  expect(existsSync(file), `run \`npm run soak -- ${name}\` and commit ${file}`).toBe(true);
  const result = JSON.parse(readFileSync(file, 'utf8'));
  expect(result.name).toBe(name);
  expect(result.count).toBeGreaterThanOrEqual(count);
  expect(result.minutes).toBeGreaterThanOrEqual(minutes);
  expect(result.failures, JSON.stringify(result.firstFailures)).toBe(0);
});

test('the reader of GGUF files has met 100,000 mutated ones', () => {
  expect(SOAKS.find(({ name }) => name === 'gguf')?.count).toBeGreaterThanOrEqual(100_000);
});

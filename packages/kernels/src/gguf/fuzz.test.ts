import { openAsBlob } from 'node:fs';
import { ensureModel } from '@runanywhere/models/node';
import { expect, test } from 'vitest';
import { GgufFuzz } from '../../testing/gguf-fuzz.ts';
import { MUTATIONS } from '../../testing/gguf-mutations.ts';

const CASES = 4000;

test('no mutated file makes the reader crash, stray or swell', async () => {
  const seed = Number(process.env.GGUF_FUZZ_SEED ?? Date.now() % 2 ** 32);
  console.info(`GGUF fuzz: seed ${seed}, ${CASES} cases; GGUF_FUZZ_SEED=${seed} runs them again`);
  const { files } = await ensureModel('smollm2-135m-instruct-q4_1');
  const [filePath] = Object.values(files) as [string];
  const fuzz = await GgufFuzz.open(seed, await openAsBlob(filePath));
  const counts = { refused: 0, opened: 0, fault: 0 };
  const seen = new Set<string>();
  for (let index = 0; index < CASES; index++) {
    const outcome = await fuzz.run(index);
    counts[outcome.kind] += 1;
    for (const name of outcome.mutations) seen.add(name);
    if (outcome.kind === 'refused') seen.add(outcome.code);
    expect(outcome, `seed ${seed}, case ${index}`).not.toHaveProperty('fault');
  }
  // Both ends of the scale were reached, and every kind of damage was done.
  expect(counts.refused).toBeGreaterThan(CASES / 4);
  expect(counts.opened).toBeGreaterThan(CASES / 50);
  for (const name of [...Object.keys(MUTATIONS), 'short', 'unreadable', 'model-invalid', 'model-unsupported'])
    expect(seen).toContain(name);
}, 60_000);

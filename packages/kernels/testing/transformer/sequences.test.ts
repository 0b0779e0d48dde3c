import { describe, expect, test } from 'vitest';
import { loadRandomModel } from './random-model.ts';

/** Ids that repeat nothing for long. */
const ids = Array.from({ length: 600 }, (_, index) => (index * index * 7 + index * 13) % 256);

describe.each(['float32', 'int8'] as const)('a sequence with a %s cache', (kvCache) => {
  const load = () => loadRandomModel('random-llama', { kvCache });

  test('says the same to the bit in one chunk, in several, and one by one', async () => {
    const [whole, parts, single] = await Promise.all([load(), load(), load()]);
    const expected = whole.forward(ids.slice(0, 40), { logits: true }).slice();
    for (const length of [1, 2, 3, 7, 13]) parts.forward(next(parts, length), { logits: false });
    expect(parts.forward(next(parts, 14), { logits: true })).toEqual(expected);
    for (let i = 0; i < 39; i++) single.forward(next(single, 1), { logits: false });
    expect(single.forward(next(single, 1), { logits: true })).toEqual(expected);
  });

  test('gives with all logits the rows that it gives one by one', async () => {
    const [whole, single] = await Promise.all([load(), load()]);
    const all = whole.forward(ids.slice(0, 9), { logits: 'all' });
    const { vocabularySize } = whole.config;
    expect(all.length).toBe(9 * vocabularySize);
    for (let row = 0; row < 9; row++)
      expect(single.forward(next(single, 1), { logits: true })).toEqual(
        all.subarray(row * vocabularySize, (row + 1) * vocabularySize),
      );
  });

  test('goes back to where it was, and on as if nothing had been', async () => {
    const [fresh, model] = await Promise.all([load(), load()]);
    feed(model, 300);
    model.truncate(70);
    expect(model.tokens).toEqual(ids.slice(0, 70));
    feed(fresh, 70);
    expect(model.forward([9, 8, 7], { logits: true })).toEqual(fresh.forward([9, 8, 7], { logits: true }));
    model.truncate(0);
    expect(model.position).toBe(0);
  });

  test('keeps what it knows when its cache grows', async () => {
    const [stepwise, plain] = await Promise.all([load(), loadRandomModel('random-llama', { kvCache })]);
    feed(stepwise, 256);
    const before = stepwise.memoryBytes.cache;
    const grown = stepwise.forward([1], { logits: true }).slice();
    expect(stepwise.memoryBytes.cache).toBe(2 * before);
    feed(plain, 400);
    plain.truncate(256);
    expect(plain.forward([1], { logits: true })).toEqual(grown);
    feed(stepwise, 600);
    expect(stepwise.position).toBe(600);
  });

  test('forks: each goes its own way', async () => {
    const [fresh, model] = await Promise.all([load(), load()]);
    feed(model, 100);
    const fork = model.fork();
    expect(fork.tokens).toEqual(model.tokens);
    const ofFork = fork.forward([1, 2, 3], { logits: true }).slice();
    const ofModel = model.forward([4, 5, 6], { logits: true }).slice();
    feed(fresh, 100);
    expect(fresh.forward([1, 2, 3], { logits: true })).toEqual(ofFork);
    fresh.truncate(100);
    expect(fresh.forward([4, 5, 6], { logits: true })).toEqual(ofModel);
    expect(ofFork).not.toEqual(ofModel);
    model.dispose();
    fork.truncate(100);
    expect(fork.forward([1, 2, 3], { logits: true })).toEqual(ofFork);
  });

  test('takes no more memory for the hundredth fork than for the first', async () => {
    const model = await load();
    feed(model, 100);
    model.fork().dispose();
    const { memory } = model.kernels;
    const bytes = memory.mark();
    for (let i = 0; i < 100; i++) {
      const fork = model.fork();
      fork.forward([1], { logits: true });
      fork.dispose();
    }
    expect(memory.mark()).toBe(bytes);
  });
});

test('refuses ids that there are not, too many, and a context that is full', async () => {
  const model = await loadRandomModel('random-llama', { contextTokens: 70 });
  expect(() => model.forward([], { logits: true })).toThrow(/1 to 64/);
  expect(() => model.forward(ids.slice(0, 65), { logits: true })).toThrow(/1 to 64/);
  expect(() => model.forward([263], { logits: true })).toThrow(/0 to 262/);
  expect(() => model.forward([1.5], { logits: true })).toThrow(/0 to 262/);
  feed(model, 64);
  expect(() => model.forward(ids.slice(0, 7), { logits: true })).toThrow(
    expect.objectContaining({ code: 'prompt-too-long', details: { promptTokens: 71, contextTokens: 70 } }),
  );
  expect(model.position).toBe(64);
  expect(() => model.truncate(65)).toThrow(/64 tokens/);
  model.dispose();
  model.dispose();
  expect(() => model.forward([1], { logits: true })).toThrow(expect.objectContaining({ code: 'disposed' }));
});

function next({ position }: { position: number }, count: number): number[] {
  return ids.slice(position, position + count);
}

function feed(model: Awaited<ReturnType<typeof loadRandomModel>>, until: number): void {
  while (model.position < until)
    model.forward(ids.slice(model.position, Math.min(until, model.position + 64)), { logits: false });
}

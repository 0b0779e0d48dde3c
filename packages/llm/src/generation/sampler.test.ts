import { isRunAnywhereError } from '@runanywhere/core';
import { describe, expect, test } from 'vitest';
import { resolveGenerateOptions } from './generation-options.ts';
import { logProbabilities } from './log-probabilities.ts';
import { Sampler, type SamplingOptions } from './sampler.ts';
import { seededRandom } from './seeded-random.ts';
import { likeliestTokens } from './token-ranking.ts';

const DRAWS = 20_000;
const all: SamplingOptions = resolveGenerateOptions({ temperature: 1, topK: 0, topP: 1, minP: 0, seed: 7 });
const logits = Float32Array.from([1, 3, 0.5, 2.5, -1, 2, 0, -3]);

/** How often each token is drawn. */
function shares(options: Partial<SamplingOptions>, allowed?: (id: number) => boolean): number[] {
  const sampler = new Sampler({ ...all, ...options });
  const counts = new Array<number>(logits.length).fill(0);
  for (let draw = 0; draw < DRAWS; draw++) {
    const id = sampler.choose(logits, [1, 3], allowed) as number;
    counts[id] = (counts[id] as number) + 1;
  }
  return counts.map((count) => count / DRAWS);
}

/** Soft-max over the tokens that are kept. */
function softmax(values: readonly number[], kept: (id: number) => boolean = () => true): number[] {
  const weights = values.map((value, id) => (kept(id) ? Math.exp(value) : 0));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}

/** Four standard deviations of a share, so that the fixed seed is no lucky one. */
function expectShares(found: readonly number[], expected: readonly number[]): void {
  for (const [id, share] of expected.entries()) {
    const bound = 4 * Math.sqrt((share * (1 - share)) / DRAWS);
    expect(Math.abs((found[id] as number) - share), `token ${id}`).toBeLessThanOrEqual(bound);
  }
}

describe('the sampler', () => {
  const plain = [...logits];

  test('draws with the probabilities of the soft-max', () => expectShares(shares({}), softmax(plain)));

  test('temperature', () => {
    expectShares(shares({ temperature: 0.5 }), softmax(plain.map((logit) => logit / 0.5)));
    expectShares(shares({ temperature: 2 }), softmax(plain.map((logit) => logit / 2)));
  });

  test('top-k', () =>
    expectShares(
      shares({ topK: 3 }),
      softmax(plain, (id) => [1, 3, 5].includes(id)),
    ));

  test('top-p takes the token that crosses the line as well', () => {
    const [, first = 0, , second = 0] = softmax(plain);
    expectShares(
      shares({ topP: first + second - 0.01 }),
      softmax(plain, (id) => [1, 3].includes(id)),
    );
    expectShares(
      shares({ topP: first + second + 0.01 }),
      softmax(plain, (id) => [1, 3, 5].includes(id)),
    );
  });

  test('top-p counts shares of what top-k left', () => {
    const [, first = 0] = softmax(plain, (id) => [1, 3].includes(id));
    expectShares(
      shares({ topK: 2, topP: first - 0.01 }),
      softmax(plain, (id) => id === 1),
    );
    expectShares(
      shares({ topK: 2, topP: first + 0.01 }),
      softmax(plain, (id) => [1, 3].includes(id)),
    );
  });

  test('min-p, and both before the temperature', () => {
    const expected = softmax(
      plain.map((logit) => logit / 3),
      (id) => Math.exp((plain[id] as number) - 3) >= 0.3,
    );
    expectShares(shares({ minP: 0.3, temperature: 3 }), expected);
  });

  test('the repetition penalty divides logits above 0, multiplies the others, and forgets after 64 tokens', () => {
    const sampler = new Sampler({ ...all, temperature: 0, repetitionPenalty: 4 });
    expect(sampler.choose(logits, [1, 1, 3])).toBe(5);
    expect(sampler.choose(logits, [1, ...new Array<number>(64).fill(7)])).toBe(1);
    expect(sampler.choose(Float32Array.from([-1, -2]), [0])).toBe(1);
    expect(logits[1]).toBe(3);
  });

  test('bias, also one that forbids', () => {
    const bias = (pairs: [number, number][]): Partial<SamplingOptions> => ({ logitBias: new Map(pairs) });
    expectShares(shares(bias([[7, 5]])), softmax(plain.map((logit, id) => logit + (id === 7 ? 5 : 0))));
    expectShares(
      shares(bias([[1, Number.NEGATIVE_INFINITY]])),
      softmax(plain, (id) => id !== 1),
    );
  });

  test('a token that is not allowed leaves the others their proportions', () => {
    expectShares(
      shares({}, (id) => id % 2 === 0),
      softmax(plain, (id) => id % 2 === 0),
    );
  });

  test('where no likely token is allowed, the likeliest allowed one is taken', () => {
    for (const temperature of [0, 1]) {
      const sampler = new Sampler({ ...all, temperature, topK: 2 });
      expect(sampler.choose(logits, [], (id) => id === 2 || id === 7)).toBe(2);
      expect(sampler.choose(logits, [], () => false)).toBeUndefined();
    }
  });

  test('a seed repeats its draws, another one does not', () => {
    const draws = (seed: number): number[] => {
      const sampler = new Sampler({ ...all, seed });
      return Array.from({ length: 50 }, () => sampler.choose(logits, []) as number);
    };
    expect(draws(1)).toEqual(draws(1));
    expect(draws(1)).not.toEqual(draws(2));
  });

  test('a large vocabulary is ranked right', () => {
    const random = seededRandom(3);
    const many = Float32Array.from({ length: 5000 }, () => random() * 20 - 10);
    const sorted = [...many.keys()].sort((a, b) => (many[b] as number) - (many[a] as number));
    const seen: number[] = [];
    new Sampler({ ...all, temperature: 0 }).choose(many, [], (id) => {
      seen.push(id);
      return seen.length > 4000;
    });
    // The likeliest is asked about before the others are ranked.
    expect(seen.slice(1, 4001)).toEqual(sorted.slice(0, 4000));
    expect(likeliestTokens(many, 100)).toEqual(sorted.slice(0, 100));
  });
});

test('probabilities of tokens are those of the soft-max', () => {
  const { chosen, alternatives } = logProbabilities(logits, 0, 3);
  const expected = softmax([...logits]).map(Math.log);
  expect(chosen.logProb).toBeCloseTo(expected[0] as number, 6);
  expect(alternatives.map(({ tokenId }) => tokenId)).toEqual([1, 3, 5]);
  expect(alternatives[0]?.logProb).toBeCloseTo(expected[1] as number, 6);
  expect(logProbabilities(logits, 0, 0).alternatives).toEqual([]);
});

test.each([
  [{ temperature: -1 }, 'temperature'],
  [{ temperature: Number.NaN }, 'temperature'],
  [{ maxTokens: 0 }, 'maxTokens'],
  [{ seed: 2 ** 32 }, 'seed'],
  [{ topK: -1 }, 'topK'],
  [{ topK: 1.5 }, 'topK'],
  [{ topP: 0 }, 'topP'],
  [{ topP: 1.1 }, 'topP'],
  [{ minP: -0.1 }, 'minP'],
  [{ repetitionPenalty: 0 }, 'repetitionPenalty'],
  [{ stop: [''] }, 'stop'],
  [{ stop: ['a'], jsonSchema: true }, 'stop'],
  [{ logitBias: { [-1]: 1 } }, 'logitBias'],
  [{ logitBias: { 1: Number.NaN } }, 'logitBias'],
  [{ logProbs: 21 }, 'logProbs'],
])('%j is refused', (options, option) => {
  let caught: unknown;
  try {
    resolveGenerateOptions(options);
  } catch (error) {
    caught = error;
  }
  expect(isRunAnywhereError(caught, 'invalid-options') && caught.details.option).toBe(option);
});

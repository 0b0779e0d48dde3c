import { type GenerateOptions, type JsonSchema, RunAnywhereError } from '@runanywhere/core';

/** {@link GenerateOptions} with every default filled in and every value checked. */
export interface ResolvedGenerateOptions {
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: number;
  readonly topK: number;
  readonly topP: number;
  readonly minP: number;
  readonly repetitionPenalty: number;
  readonly stop: readonly string[];
  /** What is added to the logits, by token id. */
  readonly logitBias: ReadonlyMap<number, number>;
  readonly jsonSchema: JsonSchema | undefined;
  /** How many alternatives are told with each token; `undefined` when no probabilities are asked for. */
  readonly logProbs: number | undefined;
  readonly promptProgress: boolean;
  readonly speculative: boolean;
}

/** How many alternatives a token may be told with. */
const MAX_ALTERNATIVES = 20;

/**
 * Fills in the defaults, which are llama.cpp's, and refuses what has no meaning.
 *
 * @throws {RunAnywhereError} `invalid-options`.
 */
export function resolveGenerateOptions(options: GenerateOptions): ResolvedGenerateOptions {
  const { logProbs = false, logitBias = {} } = options;
  const resolved: ResolvedGenerateOptions = {
    maxTokens: options.maxTokens ?? 128,
    temperature: options.temperature ?? 0,
    seed: options.seed ?? freshSeed(),
    topK: options.topK ?? 40,
    topP: options.topP ?? 0.95,
    minP: options.minP ?? 0.05,
    repetitionPenalty: options.repetitionPenalty ?? 1,
    stop: options.stop ?? [],
    logitBias: new Map(Object.entries(logitBias).map(([id, bias]) => [Number(id), bias])),
    jsonSchema: options.jsonSchema,
    logProbs: typeof logProbs === 'number' ? logProbs : logProbs ? 0 : undefined,
    promptProgress: options.promptProgress ?? false,
    speculative: options.speculative ?? false,
  };
  const { temperature, topP, minP, repetitionPenalty } = resolved;
  requireCount('maxTokens', resolved.maxTokens, 1);
  requireThat(
    'temperature',
    temperature >= 0 && temperature < Number.POSITIVE_INFINITY,
    'it must be 0 or more',
  );
  const { seed } = resolved;
  requireThat('seed', isWhole(seed) && seed < 2 ** 32, 'it must be a whole number below 2³²');
  requireCount('topK', resolved.topK, 0);
  requireThat('topP', topP > 0 && topP <= 1, 'it must be more than 0 and at most 1');
  requireThat('minP', minP >= 0 && minP <= 1, 'it must lie between 0 and 1');
  const penalises = repetitionPenalty > 0 && repetitionPenalty < Number.POSITIVE_INFINITY;
  requireThat('repetitionPenalty', penalises, 'it must be more than 0');
  const stops = resolved.stop.every((text) => typeof text === 'string' && text !== '');
  requireThat('stop', Array.isArray(resolved.stop) && stops, 'it must be a list of texts that are not empty');
  for (const [id, bias] of resolved.logitBias) {
    requireThat('logitBias', isWhole(id), 'its keys must be token ids');
    const adds = typeof bias === 'number' && bias < Number.POSITIVE_INFINITY;
    requireThat('logitBias', adds, 'its values must be numbers, or -Infinity');
  }
  const { logProbs: alternatives = 0 } = resolved;
  const tellable = isWhole(alternatives) && alternatives <= MAX_ALTERNATIVES;
  requireThat('logProbs', tellable, `it must be a whole number from 0 to ${MAX_ALTERNATIVES}, or a boolean`);
  const both = resolved.jsonSchema !== undefined && resolved.stop.length > 0;
  requireThat('stop', !both, 'a text that ends the reply anywhere does not go with jsonSchema');
  return resolved;
}

/** @throws {RunAnywhereError} `invalid-options` unless `value` is a whole number from `least`. */
export function requireCount(option: string, value: number, least: number): void {
  const reason =
    least === 1 ? 'it must be a whole number above 0' : `it must be a whole number from ${least}`;
  requireThat(option, isWhole(value) && value >= least, reason);
}

function requireThat(option: string, holds: boolean, reason: string): void {
  if (!holds) throw new RunAnywhereError('invalid-options', { option, reason });
}

function isWhole(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

function freshSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] as number;
}

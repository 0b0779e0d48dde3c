import { RunAnywhereError } from '@runanywhere/core';
import type { OnnxRuntime, OnnxSession, OnnxTensor } from '@runanywhere/onnx';

/** Before the first token. */
export const START_TOKEN = 1;
/** After the last one. */
export const END_TOKEN = 2;

/** Sizes of a decoder's caches, which its file does not tell. */
export interface CacheShape {
  readonly layers: number;
  readonly heads: number;
  readonly headSize: number;
}

/**
 * One stretch of sound on its way to text. The decoder is run once a token: its keys and values of the sound (`encoder`) are
 * computed in the first run and given back to every later one, those of the text (`decoder`) grow by one entry a run.
 */
export class MoonshineDecoding {
  readonly #ort: OnnxRuntime;
  readonly #decoder: OnnxSession;
  readonly #hidden: OnnxTensor;
  readonly #cache: Map<string, OnnxTensor>;
  #runs = 0;

  /** @param hidden the encoder's output; owned and freed by this object. */
  constructor(ort: OnnxRuntime, decoder: OnnxSession, hidden: OnnxTensor, shape: CacheShape) {
    this.#ort = ort;
    this.#decoder = decoder;
    this.#hidden = hidden;
    const dims = [1, shape.heads, 0, shape.headSize];
    this.#cache = new Map(
      cacheNames(shape.layers).map((name) => [name, new ort.Tensor('float32', new Float32Array(0), dims)]),
    );
  }

  /** The likeliest token after `token`. One call at a time. */
  async next(token: number): Promise<number> {
    const { Tensor } = this.#ort;
    const first = this.#runs === 0;
    const inputIds = new Tensor('int64', [BigInt(token)], [1, 1]);
    const useCache = new Tensor('bool', [!first], [1]);
    const feeds: Record<string, OnnxTensor> = {
      input_ids: inputIds,
      encoder_hidden_states: this.#hidden,
      use_cache_branch: useCache,
    };
    for (const [name, tensor] of this.#cache) feeds[`past_key_values.${name}`] = tensor;
    // After the first run the decoder gives the sound's keys and values back empty: the old ones stay.
    const renewed = [...this.#cache.keys()].filter((name) => first || name.includes('decoder'));
    const results = await this.#decoder.run(feeds, ['logits', ...renewed.map((name) => `present.${name}`)]);
    this.#runs += 1;
    for (const name of renewed) {
      this.#cache.get(name)?.dispose();
      this.#cache.set(name, outputNamed(results, `present.${name}`));
    }
    const logits = outputNamed(results, 'logits');
    const likeliest = indexOfMax(logits.data as Float32Array);
    for (const tensor of [logits, inputIds, useCache]) tensor.dispose();
    return likeliest;
  }

  /** Frees every tensor. No {@link next} may be running. */
  dispose(): void {
    this.#hidden.dispose();
    for (const tensor of this.#cache.values()) tensor.dispose();
  }
}

/** The output of that name. @throws {RunAnywhereError} `engine-failed` when the graph has none. */
export function outputNamed(results: Readonly<Record<string, OnnxTensor>>, name: string): OnnxTensor {
  const tensor = results[name];
  if (!tensor) {
    throw new RunAnywhereError('engine-failed', { engine: 'moonshine', reason: `no output "${name}"` });
  }
  return tensor;
}

function cacheNames(layers: number): string[] {
  return Array.from({ length: layers }, (_, layer) =>
    ['decoder.key', 'decoder.value', 'encoder.key', 'encoder.value'].map((name) => `${layer}.${name}`),
  ).flat();
}

function indexOfMax(values: Float32Array): number {
  let best = 0;
  let max = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i] as number;
    if (value > max) {
      max = value;
      best = i;
    }
  }
  return best;
}

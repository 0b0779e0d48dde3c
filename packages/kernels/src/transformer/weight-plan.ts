import type { GgufFile } from '../gguf/gguf-file.ts';
import type { Refusals } from '../gguf/refusals.ts';
import type { GgufTensor } from '../gguf/tensor-table.ts';
import type { TransformerConfig } from './transformer-config.ts';

/** A matrix of the file, and how its rows are to lie. */
export interface MatrixPlan {
  readonly tensor: GgufTensor;
  /**
   * Set for queries and keys of llama files, whose rows alternate between the two halves of a head of this size (as
   * convert_hf_to_gguf.py of llama.cpp writes them): they are put back, so that rotary positions always turn halves.
   */
  readonly pairedHeadSize?: number;
}

/** A row of floats of the file. */
export interface VectorPlan {
  readonly tensor: GgufTensor;
  readonly pairedHeadSize?: number;
}

/** The tensors of one layer. Matrices in one list read the same activations and are computed side by side. */
export interface LayerPlan {
  readonly attentionNorm: VectorPlan;
  readonly queryKeyValue: readonly [MatrixPlan, MatrixPlan, MatrixPlan];
  /** Qwen 2 adds these. */
  readonly queryKeyValueBias?: readonly [VectorPlan, VectorPlan, VectorPlan];
  /** Qwen 3 norms each head. */
  readonly queryNorm?: VectorPlan;
  readonly keyNorm?: VectorPlan;
  readonly attentionOutput: MatrixPlan;
  readonly feedForwardNorm: VectorPlan;
  readonly gateUp: readonly [MatrixPlan, MatrixPlan];
  readonly down: MatrixPlan;
}

/** Where each weight of a transformer comes from. */
export interface WeightPlan {
  readonly embedding: MatrixPlan;
  readonly layers: readonly LayerPlan[];
  readonly outputNorm: VectorPlan;
  /** Left out when the embedding is the output layer too. */
  readonly output?: MatrixPlan;
  /** Divides the rotary frequencies (Llama 3.1 and 3.2). */
  readonly ropeDivisors?: VectorPlan;
}

const F32 = 0;

/**
 * Finds every tensor of a transformer and checks its shape. A tensor that nothing here uses would change what the model
 * says: such files are declined, not answered wrongly.
 *
 * @throws {RunAnywhereError} `model-invalid` for a tensor that is missing or of another shape, `model-unsupported` for one
 * that no plan has.
 */
export function planWeights(file: GgufFile, config: TransformerConfig, refusals: Refusals): WeightPlan {
  const finder = new TensorFinder(file, refusals);
  const { width, headSize, headCount, kvHeadCount, feedForwardSize, vocabularySize, architecture } = config;
  const paired = architecture === 'llama' ? { pairedHeadSize: headSize } : {};
  const [queries, keys] = [headCount * headSize, kvHeadCount * headSize];

  const layer = (index: number): LayerPlan => {
    const name = (part: string) => `blk.${index}.${part}`;
    const matrix = (part: string, columns: number, rows: number): MatrixPlan => ({
      tensor: finder.matrix(name(`${part}.weight`), columns, rows),
    });
    const vector = (part: string, length: number): VectorPlan => ({
      tensor: finder.vector(name(part), length),
    });
    const biased = architecture === 'qwen2' || file.tensors.has(name('attn_q.bias'));
    return {
      attentionNorm: vector('attn_norm.weight', width),
      queryKeyValue: [
        { ...matrix('attn_q', width, queries), ...paired },
        { ...matrix('attn_k', width, keys), ...paired },
        matrix('attn_v', width, keys),
      ],
      ...(biased && {
        queryKeyValueBias: [
          { ...vector('attn_q.bias', queries), ...paired },
          { ...vector('attn_k.bias', keys), ...paired },
          vector('attn_v.bias', keys),
        ],
      }),
      ...(architecture === 'qwen3' && {
        queryNorm: vector('attn_q_norm.weight', headSize),
        keyNorm: vector('attn_k_norm.weight', headSize),
      }),
      attentionOutput: matrix('attn_output', queries, width),
      feedForwardNorm: vector('ffn_norm.weight', width),
      gateUp: [matrix('ffn_gate', width, feedForwardSize), matrix('ffn_up', width, feedForwardSize)],
      down: matrix('ffn_down', feedForwardSize, width),
    };
  };

  const plan: WeightPlan = {
    embedding: { tensor: finder.matrix('token_embd.weight', width, vocabularySize) },
    layers: Array.from({ length: config.layerCount }, (_, index) => layer(index)),
    outputNorm: { tensor: finder.vector('output_norm.weight', width) },
    ...(file.tensors.has('output.weight') && {
      output: { tensor: finder.matrix('output.weight', width, vocabularySize) },
    }),
    ...(file.tensors.has('rope_freqs.weight') && {
      ropeDivisors: { tensor: finder.vector('rope_freqs.weight', headSize / 2) },
    }),
  };
  finder.refuseUnused(architecture);
  return plan;
}

/** Hands out tensors of the shapes asked for, and knows which were not. */
class TensorFinder {
  readonly #tensors: ReadonlyMap<string, GgufTensor>;
  readonly #refusals: Refusals;
  readonly #used = new Set<string>();

  constructor(file: GgufFile, refusals: Refusals) {
    this.#tensors = file.tensors;
    this.#refusals = refusals;
  }

  matrix(name: string, columns: number, rows: number): GgufTensor {
    const tensor = this.#find(name);
    if (tensor.shape.length !== 2 || tensor.columns !== columns || tensor.rows !== rows)
      throw this.#misshapen(tensor, `${columns} × ${rows}`);
    if (columns % 32 !== 0)
      throw this.#refusals.unsupported(`rows of ${columns} numbers, no multiple of 32, in "${name}"`);
    return tensor;
  }

  vector(name: string, length: number): GgufTensor {
    const tensor = this.#find(name);
    if (tensor.columns !== length || tensor.rows !== 1) throw this.#misshapen(tensor, `${length}`);
    if (tensor.type !== F32) throw this.#refusals.unsupported(`"${name}" in another type than F32`);
    return tensor;
  }

  refuseUnused(architecture: string): void {
    for (const name of this.#tensors.keys())
      if (!this.#used.has(name))
        throw this.#refusals.unsupported(
          `${architecture} with the tensor "${name.replace(/[^\w.-]/g, '?')}"`,
        );
  }

  #find(name: string): GgufTensor {
    const tensor = this.#tensors.get(name);
    if (!tensor) throw this.#refusals.invalid(`the tensor "${name}" is missing`);
    this.#used.add(name);
    return tensor;
  }

  #misshapen(tensor: GgufTensor, expected: string): Error {
    return this.#refusals.invalid(
      `the tensor "${tensor.name}" is ${tensor.shape.join(' × ')} where ${expected} is expected`,
    );
  }
}

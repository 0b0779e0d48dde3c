import type { Kernels } from '../wasm/load-kernels.ts';
import { KvCache, type KvCacheFormat } from './kv-cache.ts';
import type { MatrixProduct } from './matrix-product.ts';
import type { MemoryBlocks } from './memory-blocks.ts';
import { fillRotaryTable } from './rotary-table.ts';
import { GROUP_ROWS } from './row-packer.ts';
import type { TransformerConfig } from './transformer-config.ts';
import type { TransformerWeights } from './weights.ts';

/** The most ids that one call of `forward` takes. */
export const MAX_FORWARD_TOKENS = 64;

/** What a sequence and its forks share. */
export interface TransformerParts {
  readonly kernels: Kernels;
  readonly blocks: MemoryBlocks;
  readonly config: TransformerConfig;
  readonly weights: TransformerWeights;
  readonly product: MatrixProduct;
  readonly contextTokens: number;
  readonly kvCache: KvCacheFormat;
  readonly scratch: TransformerScratch;
}

/** Room for one forward pass of {@link MAX_FORWARD_TOKENS} rows; addresses in the kernels' memory. */
export class TransformerScratch {
  /** The states `[rows][width]`. */
  readonly states: number;
  readonly normed: number;
  /** Queries, keys and values side by side. */
  readonly queryKeyValue: number;
  readonly attended: number;
  /** Gate and up side by side. */
  readonly gateUp: number;
  readonly hidden: number;
  readonly quantized: number;
  readonly scores: number;
  /** Logits of one row. */
  readonly logits: number;
  /** `[contextTokens][headSize]`. */
  readonly rotary: number;
  /** Floats from one row of logits to the next. */
  readonly logitStride: number;
  readonly #blocks: MemoryBlocks;
  readonly #taken: { pointer: number; bytes: number }[] = [];
  #allLogits: number | undefined;

  constructor(
    kernels: Kernels,
    blocks: MemoryBlocks,
    config: TransformerConfig,
    contextTokens: number,
    ropeDivisors: Float32Array | undefined,
  ) {
    this.#blocks = blocks;
    const { width, headCount, kvHeadCount, headSize, feedForwardSize, vocabularySize } = config;
    const rows = (columns: number) => this.#take(MAX_FORWARD_TOKENS * columns * 4);
    const queries = headCount * headSize;
    this.logitStride = Math.ceil(vocabularySize / GROUP_ROWS) * GROUP_ROWS;
    this.states = rows(width);
    this.normed = rows(width);
    this.queryKeyValue = rows(queries + 2 * kvHeadCount * headSize);
    this.attended = rows(queries);
    this.gateUp = rows(2 * feedForwardSize);
    this.hidden = rows(feedForwardSize);
    const widest = Math.max(width, queries, feedForwardSize);
    this.quantized = this.#take(MAX_FORWARD_TOKENS * kernels.exports.quantizedRowBytes(widest));
    this.scores = this.#take(KvCache.scoreFloats(contextTokens) * 4);
    this.logits = this.#take(this.logitStride * 4);
    this.rotary = this.#take(contextTokens * headSize * 4);
    const table = kernels.memory.floats(this.rotary, contextTokens * headSize);
    fillRotaryTable(table, contextTokens, config, ropeDivisors);
  }

  /** Logits of {@link MAX_FORWARD_TOKENS} rows: taken when first asked for, kept from then on. */
  get allLogits(): number {
    this.#allLogits ??= this.#take(MAX_FORWARD_TOKENS * this.logitStride * 4);
    return this.#allLogits;
  }

  dispose(): void {
    for (const { pointer, bytes } of this.#taken) this.#blocks.giveBack(pointer, bytes);
    this.#taken.length = 0;
  }

  #take(bytes: number): number {
    const pointer = this.#blocks.take(bytes);
    this.#taken.push({ pointer, bytes });
    return pointer;
  }
}

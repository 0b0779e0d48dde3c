import { RunAnywhereError } from '@runanywhere/core';
import type { Kernels } from '../wasm/load-kernels.ts';
import { KvCache } from './kv-cache.ts';
import { needsQuantized } from './matrix-product.ts';
import type { TransformerConfig } from './transformer-config.ts';
import { MAX_FORWARD_TOKENS, type TransformerParts } from './transformer-parts.ts';
import type { LayerWeights, MatrixStack } from './weights.ts';

/** Which logits {@link Transformer.forward} computes: none, those after the last id, or those after every id. */
export type LogitsWanted = boolean | 'all';

/** Sequences that share their weights; the last one disposed of gives them back. */
interface Family {
  members: number;
}

/**
 * A decoder-only transformer with one sequence of tokens in its cache. Everything is synchronous and on the calling
 * thread: give it at most {@link MAX_FORWARD_TOKENS} ids at a time and look for aborts between the calls.
 */
export class Transformer {
  readonly config: TransformerConfig;
  /** The most tokens that the cache takes. */
  readonly contextTokens: number;
  readonly #parts: TransformerParts;
  readonly #family: Family;
  readonly #cache: KvCache;
  #tokens: number[];
  #disposed = false;

  /** Made by `loadTransformer` and {@link fork}. */
  constructor(
    parts: TransformerParts,
    cache: KvCache = new KvCache(
      parts.kernels,
      parts.blocks,
      parts.config,
      parts.kvCache,
      parts.contextTokens,
    ),
    tokens: readonly number[] = [],
    family: Family = { members: 0 },
  ) {
    this.#parts = parts;
    this.config = parts.config;
    this.contextTokens = parts.contextTokens;
    this.#cache = cache;
    this.#tokens = [...tokens];
    this.#family = family;
    family.members++;
  }

  /** The ids in the cache. A new array after each change. */
  get tokens(): readonly number[] {
    return this.#tokens;
  }

  /** How many ids are in the cache. */
  get position(): number {
    return this.#tokens.length;
  }

  /** The kernels that it runs on. */
  get kernels(): Kernels {
    return this.#parts.kernels;
  }

  /** Bytes of weights, shared with forks, and of this sequence's cache. */
  get memoryBytes(): { readonly weights: number; readonly cache: number } {
    return { weights: this.#parts.weights.sizeBytes, cache: this.#cache.sizeBytes };
  }

  /**
   * Appends ids to the cache.
   *
   * @param ids 1 to 64 of them.
   * @returns the logits asked for, `vocabularySize` for each row; a view that the next call, of this sequence or of a fork,
   * overwrites, and that growing memory detaches.
   * @throws {RunAnywhereError} `invalid-options` for an id that the vocabulary has not or a wrong count,
   * `prompt-too-long` when the context is full; the cache is then as before.
   */
  forward(ids: readonly number[], options: { readonly logits: false }): undefined;
  forward(ids: readonly number[], options: { readonly logits: true | 'all' }): Float32Array;
  forward(ids: readonly number[], options: { readonly logits: LogitsWanted }): Float32Array | undefined;
  forward(ids: readonly number[], { logits }: { readonly logits: LogitsWanted }): Float32Array | undefined {
    this.#check(ids);
    const { position } = this;
    this.#cache.reserve(position + ids.length, position);
    this.#embed(ids);
    this.#parts.weights.layers.forEach((layer, index) => {
      this.#attention(index, layer, ids.length);
      this.#feedForward(layer, ids.length);
    });
    this.#tokens = [...this.#tokens, ...ids];
    return logits ? this.#logits(ids.length, logits === 'all') : undefined;
  }

  /**
   * Forgets everything after the first `length` tokens.
   *
   * @throws {RunAnywhereError} `invalid-options` for a length that is none or beyond the end.
   */
  truncate(length: number): void {
    this.#mustLive();
    if (!Number.isInteger(length) || length < 0 || length > this.position)
      throw new RunAnywhereError('invalid-options', {
        option: 'length',
        reason: `the cache has ${this.position} tokens`,
      });
    this.#tokens = this.#tokens.slice(0, length);
  }

  /** A second sequence that begins with this one's tokens and shares the weights; it must be disposed of as well. */
  fork(): Transformer {
    this.#mustLive();
    return new Transformer(this.#parts, this.#cache.copy(this.position), this.#tokens, this.#family);
  }

  /** Gives the cache back, and the weights with the last fork; WASM memory itself shrinks only with its `Kernels`. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#cache.dispose();
    this.#family.members--;
    if (this.#family.members > 0) return;
    const { blocks, weights, scratch } = this.#parts;
    scratch.dispose();
    blocks.giveBack(weights.pointer, weights.sizeBytes);
  }

  #embed(ids: readonly number[]): void {
    const { kernels, weights, scratch, config } = this.#parts;
    const { format, pointer, columns } = weights.embedding;
    ids.forEach((id, row) => {
      kernels.exports.unpackRow(format, pointer, id, columns, scratch.states + row * config.width * 4);
    });
  }

  #attention(index: number, layer: LayerWeights, rows: number): void {
    const { kernels, scratch, config } = this.#parts;
    const { exports } = kernels;
    const { width, headCount, kvHeadCount, headSize, normEpsilon } = config;
    const stride = (headCount + 2 * kvHeadCount) * headSize;
    const queries = scratch.queryKeyValue;
    const keys = queries + headCount * headSize * 4;
    const values = keys + kvHeadCount * headSize * 4;
    exports.rmsNorm(scratch.states, layer.attentionNorm, rows, width, normEpsilon, scratch.normed);
    this.#product(layer.queryKeyValue, scratch.normed, rows, queries, stride, false);
    if (layer.queryKeyValueBias !== undefined)
      exports.addBias(queries, layer.queryKeyValueBias, rows, stride, stride);
    if (layer.queryNorm !== undefined)
      exports.rmsNormHeads(queries, layer.queryNorm, rows, stride, headCount, headSize, normEpsilon);
    if (layer.keyNorm !== undefined)
      exports.rmsNormHeads(keys, layer.keyNorm, rows, stride, kvHeadCount, headSize, normEpsilon);
    // Keys lie right behind the queries: their heads turn with them.
    const table = scratch.rotary + this.position * headSize * 4;
    exports.rotary(queries, rows, stride, headCount + kvHeadCount, headSize, table);
    this.#cache.store(index, keys, values, stride, rows, this.position);
    this.#cache.attend(index, {
      queries,
      stride,
      rows,
      position: this.position,
      scores: scratch.scores,
      out: scratch.attended,
      outStride: headCount * headSize,
    });
    this.#product(layer.attentionOutput, scratch.attended, rows, scratch.states, width, true);
  }

  #feedForward(layer: LayerWeights, rows: number): void {
    const { kernels, scratch, config } = this.#parts;
    const { width, feedForwardSize, normEpsilon } = config;
    const { exports } = kernels;
    exports.rmsNorm(scratch.states, layer.feedForwardNorm, rows, width, normEpsilon, scratch.normed);
    this.#product(layer.gateUp, scratch.normed, rows, scratch.gateUp, 2 * feedForwardSize, false);
    exports.siluMultiply(scratch.gateUp, rows, feedForwardSize, scratch.hidden);
    this.#product(layer.down, scratch.hidden, rows, scratch.states, width, true);
  }

  #logits(rows: number, all: boolean): Float32Array {
    const { kernels, weights, scratch, config } = this.#parts;
    const { width, vocabularySize, normEpsilon } = config;
    const wanted = all ? rows : 1;
    const out = all ? scratch.allLogits : scratch.logits;
    const first = scratch.states + (rows - wanted) * width * 4;
    kernels.exports.rmsNorm(first, weights.outputNorm, wanted, width, normEpsilon, scratch.normed);
    this.#product(weights.output, scratch.normed, wanted, out, scratch.logitStride, false);
    const logits = kernels.memory.floats(out, wanted * scratch.logitStride);
    if (!all) return logits.subarray(0, vocabularySize);
    if (scratch.logitStride !== vocabularySize)
      for (let row = 1; row < wanted; row++)
        logits.copyWithin(
          row * vocabularySize,
          row * scratch.logitStride,
          row * scratch.logitStride + vocabularySize,
        );
    return logits.subarray(0, wanted * vocabularySize);
  }

  #product(
    stack: MatrixStack,
    x: number,
    rows: number,
    y: number,
    yStride: number,
    accumulate: boolean,
  ): void {
    const { kernels, scratch, product } = this.#parts;
    const { quantized } = scratch;
    const columns = stack[0]?.columns ?? 0;
    if (needsQuantized(stack)) kernels.exports.quantizeRows(x, rows, columns, quantized);
    for (const matrix of stack) product(matrix, { x, quantized, rows, y, yStride, accumulate });
  }

  #check(ids: readonly number[]): void {
    this.#mustLive();
    const { vocabularySize } = this.config;
    if (ids.length === 0 || ids.length > MAX_FORWARD_TOKENS)
      throw new RunAnywhereError('invalid-options', {
        option: 'ids',
        reason: `1 to ${MAX_FORWARD_TOKENS} are taken at a time`,
      });
    if (!ids.every((id) => Number.isInteger(id) && id >= 0 && id < vocabularySize))
      throw new RunAnywhereError('invalid-options', {
        option: 'ids',
        reason: `the vocabulary has ids from 0 to ${vocabularySize - 1}`,
      });
    const promptTokens = this.position + ids.length;
    if (promptTokens > this.contextTokens)
      throw new RunAnywhereError('prompt-too-long', { promptTokens, contextTokens: this.contextTokens });
  }

  #mustLive(): void {
    if (this.#disposed) throw new RunAnywhereError('disposed', { what: 'The transformer' });
  }
}

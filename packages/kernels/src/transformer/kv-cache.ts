import type { Kernels } from '../wasm/load-kernels.ts';
import type { MemoryBlocks } from './memory-blocks.ts';
import type { TransformerConfig } from './transformer-config.ts';

/** How keys and values are kept: `'int8'` takes about a quarter of the memory of `'float32'`, with a scale for each row. */
export type KvCacheFormat = 'float32' | 'int8';

/** The first capacity; it doubles as the text grows. */
const FIRST_CAPACITY = 256;
const CAPACITY_STEP = 16;

/** Keys or values of one layer: `[heads][capacity][headSize]`, and for int8 `[heads][capacity]` scales. */
interface Plane {
  cells: number;
  scales: number;
}

interface LayerPlanes {
  readonly keys: Plane;
  readonly values: Plane;
}

/** Queries against a cache, and where the result goes. */
export interface AttentionOperands {
  readonly queries: number;
  /** Floats between rows. */
  readonly stride: number;
  readonly rows: number;
  /** Of the first row. */
  readonly position: number;
  readonly scores: number;
  readonly out: number;
  readonly outStride: number;
}

/** The keys and values of one sequence. It knows its capacity, not its length. */
export class KvCache {
  readonly #kernels: Kernels;
  readonly #blocks: MemoryBlocks;
  readonly #config: TransformerConfig;
  readonly #format: KvCacheFormat;
  readonly #maxPositions: number;
  #layers: LayerPlanes[] = [];
  #capacity = 0;

  constructor(
    kernels: Kernels,
    blocks: MemoryBlocks,
    config: TransformerConfig,
    format: KvCacheFormat,
    maxPositions: number,
  ) {
    this.#kernels = kernels;
    this.#blocks = blocks;
    this.#config = config;
    this.#format = format;
    this.#maxPositions = maxPositions;
  }

  /** Floats that {@link attend} needs for scores. */
  static scoreFloats(maxPositions: number): number {
    return 4 * (stepped(maxPositions) + 4);
  }

  /** Bytes that the cache takes now. */
  get sizeBytes(): number {
    const { cells, scales } = this.#planeBytes(this.#capacity);
    return 2 * this.#layers.length * (cells + scales);
  }

  /** Makes room, keeping the first `length` positions. */
  reserve(positions: number, length: number): void {
    if (positions <= this.#capacity) return;
    let capacity = Math.max(FIRST_CAPACITY, this.#capacity);
    while (capacity < positions) capacity *= 2;
    this.#resize(Math.min(capacity, stepped(this.#maxPositions)), length);
  }

  /** A cache of its own with the first `length` positions of this one. */
  copy(length: number): KvCache {
    const copy = new KvCache(this.#kernels, this.#blocks, this.#config, this.#format, this.#maxPositions);
    if (length > 0) {
      copy.reserve(length, 0);
      this.#layers.forEach((layer, index) => {
        const into = copy.#layers[index];
        if (!into) return;
        this.#copyPlane(layer.keys, this.#capacity, into.keys, copy.#capacity, length);
        this.#copyPlane(layer.values, this.#capacity, into.values, copy.#capacity, length);
      });
    }
    return copy;
  }

  /** Writes the keys and values of new positions, found in rows of floats `stride` apart. */
  store(layer: number, keys: number, values: number, stride: number, rows: number, position: number): void {
    const planes = this.#planes(layer);
    this.#storePlane(planes.keys, keys, stride, rows, position);
    this.#storePlane(planes.values, values, stride, rows, position);
  }

  attend(layer: number, operands: AttentionOperands): void {
    const { queries, stride, rows, position, scores, out, outStride } = operands;
    const { headCount, kvHeadCount, headSize } = this.#config;
    const { keys, values } = this.#planes(layer);
    const group = headCount / kvHeadCount;
    const scale = 1 / Math.sqrt(headSize);
    const { exports } = this.#kernels;
    if (this.#format === 'float32')
      exports.attention(
        queries,
        stride,
        rows,
        position,
        keys.cells,
        values.cells,
        this.#capacity,
        kvHeadCount,
        group,
        headSize,
        scale,
        scores,
        out,
        outStride,
      );
    else
      exports.attention8(
        queries,
        stride,
        rows,
        position,
        keys.cells,
        keys.scales,
        values.cells,
        values.scales,
        this.#capacity,
        kvHeadCount,
        group,
        headSize,
        scale,
        scores,
        out,
        outStride,
      );
  }

  /** Gives the memory back. */
  dispose(): void {
    for (const { keys, values } of this.#layers) {
      this.#giveBack(keys, this.#capacity);
      this.#giveBack(values, this.#capacity);
    }
    this.#layers = [];
    this.#capacity = 0;
  }

  /** Layer by layer, so that what one layer gives back is there for the next. */
  #resize(capacity: number, length: number): void {
    const old = this.#layers;
    const grown = (plane: Plane | undefined): Plane => {
      const place = this.#take(capacity);
      if (plane) {
        this.#copyPlane(plane, this.#capacity, place, capacity, length);
        this.#giveBack(plane, this.#capacity);
      }
      return place;
    };
    this.#layers = Array.from({ length: this.#config.layerCount }, (_, index) => ({
      keys: grown(old[index]?.keys),
      values: grown(old[index]?.values),
    }));
    this.#capacity = capacity;
  }

  #storePlane(plane: Plane, x: number, stride: number, rows: number, position: number): void {
    const { kvHeadCount: heads, headSize } = this.#config;
    const { exports } = this.#kernels;
    const { cells, scales } = plane;
    if (this.#format === 'float32')
      exports.storeHeads(x, rows, stride, heads, headSize, cells, this.#capacity, position);
    else exports.storeHeads8(x, rows, stride, heads, headSize, cells, scales, this.#capacity, position);
  }

  #copyPlane(from: Plane, fromCapacity: number, to: Plane, toCapacity: number, length: number): void {
    const { memory } = this.#kernels;
    const move = (source: number, target: number, rowBytes: number) => {
      for (let head = 0; head < this.#config.kvHeadCount; head++)
        memory
          .bytes(target + head * toCapacity * rowBytes, length * rowBytes)
          .set(memory.bytes(source + head * fromCapacity * rowBytes, length * rowBytes));
    };
    move(from.cells, to.cells, this.#cellBytes * this.#config.headSize);
    if (this.#format === 'int8') move(from.scales, to.scales, 4);
  }

  #planes(layer: number): LayerPlanes {
    const planes = this.#layers[layer];
    if (!planes) throw new RangeError(`no room for layer ${layer}`);
    return planes;
  }

  get #cellBytes(): number {
    return this.#format === 'float32' ? 4 : 1;
  }

  #planeBytes(capacity: number): { cells: number; scales: number } {
    const { kvHeadCount, headSize } = this.#config;
    const rows = kvHeadCount * capacity;
    return { cells: rows * headSize * this.#cellBytes, scales: this.#format === 'int8' ? rows * 4 : 0 };
  }

  #take(capacity: number): Plane {
    const bytes = this.#planeBytes(capacity);
    return {
      cells: this.#blocks.take(bytes.cells),
      scales: bytes.scales ? this.#blocks.take(bytes.scales) : 0,
    };
  }

  #giveBack(plane: Plane, capacity: number): void {
    const bytes = this.#planeBytes(capacity);
    this.#blocks.giveBack(plane.cells, bytes.cells);
    if (bytes.scales) this.#blocks.giveBack(plane.scales, bytes.scales);
  }
}

function stepped(positions: number): number {
  return Math.ceil(positions / CAPACITY_STEP) * CAPACITY_STEP;
}

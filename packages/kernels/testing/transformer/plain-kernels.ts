import type { KernelExports } from '../../src/wasm/kernel-exports.ts';
import type { KernelMemory } from '../../src/wasm/kernel-memory.ts';
import type { Kernels } from '../../src/wasm/load-kernels.ts';
import { dequantize, PACKED_FORMAT_OF } from './dequantize.ts';

/** What a transformer calls; the other kernels are not in the plain ones. */
type UsedKernels = Pick<
  KernelExports,
  | 'packedFormat'
  | 'packedGroupBytes'
  | 'packGroup'
  | 'unpackRow'
  | 'quantizedRowBytes'
  | 'quantizeRows'
  | 'matmul'
  | 'rmsNorm'
  | 'rmsNormHeads'
  | 'addBias'
  | 'rotary'
  | 'storeHeads'
  | 'attention'
  | 'siluMultiply'
>;

/**
 * The kernels' contract in plain TypeScript, without quantised activations: what a transformer computes with them differs
 * from the float32 oracle by rounding alone, so a wrong composition cannot hide behind the noise of 8 bits.
 */
export function plainKernels(): Kernels {
  const memory = new PlainMemory();
  const exports: UsedKernels = new PlainExports(memory);
  return { exports: exports as Kernels['exports'], memory: memory as unknown as KernelMemory, level: 'simd' };
}

class PlainMemory {
  #buffer = new ArrayBuffer(1 << 20);
  #end = 1024;

  allocate(bytes: number): number {
    const pointer = this.#end;
    this.#end = Math.ceil((pointer + bytes) / 64) * 64;
    if (this.#end > this.#buffer.byteLength) {
      const grown = new ArrayBuffer(Math.max(this.#end, this.#buffer.byteLength * 2));
      new Uint8Array(grown).set(new Uint8Array(this.#buffer));
      this.#buffer = grown;
    }
    return pointer;
  }

  bytes(pointer: number, count: number): Uint8Array {
    return new Uint8Array(this.#buffer, pointer, count);
  }

  floats(pointer: number, count: number): Float32Array {
    return new Float32Array(this.#buffer, pointer, count);
  }
}

class PlainExports implements UsedKernels {
  readonly #memory: PlainMemory;

  constructor(memory: PlainMemory) {
    this.#memory = memory;
  }

  packedFormat(ggufType: number): number {
    return PACKED_FORMAT_OF.get(ggufType) ?? 0;
  }

  packedGroupBytes(_format: number, columns: number): number {
    return 4 * columns * 4;
  }

  packGroup(
    ggufType: number,
    row0: number,
    row1: number,
    row2: number,
    row3: number,
    columns: number,
    out: number,
  ): void {
    [row0, row1, row2, row3].forEach((row, index) => {
      const packed = this.#memory.floats(out + index * columns * 4, columns);
      if (row === 0) packed.fill(0);
      else dequantize(ggufType, this.#memory.bytes(row, columns * 4), packed);
    });
  }

  unpackRow(_format: number, matrix: number, row: number, columns: number, out: number): void {
    this.#memory.floats(out, columns).set(this.#memory.floats(matrix + row * columns * 4, columns));
  }

  quantizedRowBytes(columns: number): number {
    return columns * 4;
  }

  quantizeRows(x: number, rows: number, columns: number, out: number): void {
    this.#memory.floats(out, rows * columns).set(this.#memory.floats(x, rows * columns));
  }

  matmul(
    _format: number,
    matrix: number,
    groups: number,
    columns: number,
    x: number,
    rows: number,
    y: number,
    yStride: number,
    accumulate: number,
  ): void {
    for (let r = 0; r < rows; r++) {
      const input = this.#memory.floats(x + r * columns * 4, columns);
      const output = this.#memory.floats(y + r * yStride * 4, groups * 4);
      for (let n = 0; n < groups * 4; n++) {
        const weights = this.#memory.floats(matrix + n * columns * 4, columns);
        output[n] = (accumulate ? at(output, n) : 0) + dot(weights, input);
      }
    }
  }

  rmsNorm(x: number, weight: number, rows: number, columns: number, epsilon: number, out: number): void {
    for (let r = 0; r < rows; r++)
      this.#norm(x + r * columns * 4, weight, columns, epsilon, out + r * columns * 4);
  }

  rmsNormHeads(
    x: number,
    weight: number,
    rows: number,
    stride: number,
    heads: number,
    headSize: number,
    epsilon: number,
  ): void {
    for (let r = 0; r < rows; r++)
      for (let h = 0; h < heads; h++) {
        const head = x + (r * stride + h * headSize) * 4;
        this.#norm(head, weight, headSize, epsilon, head);
      }
  }

  addBias(x: number, bias: number, rows: number, stride: number, columns: number): void {
    const added = this.#memory.floats(bias, columns);
    for (let r = 0; r < rows; r++) {
      const row = this.#memory.floats(x + r * stride * 4, columns);
      for (let i = 0; i < columns; i++) row[i] = at(row, i) + at(added, i);
    }
  }

  rotary(x: number, rows: number, stride: number, heads: number, headSize: number, table: number): void {
    const half = headSize / 2;
    for (let r = 0; r < rows; r++) {
      const angles = this.#memory.floats(table + r * headSize * 4, headSize);
      for (let h = 0; h < heads; h++) {
        const head = this.#memory.floats(x + (r * stride + h * headSize) * 4, headSize);
        for (let i = 0; i < half; i++) {
          const [a, b, cos, sin] = [at(head, i), at(head, i + half), at(angles, i), at(angles, i + half)];
          head[i] = a * cos - b * sin;
          head[i + half] = b * cos + a * sin;
        }
      }
    }
  }

  storeHeads(
    x: number,
    rows: number,
    stride: number,
    heads: number,
    headSize: number,
    cache: number,
    capacity: number,
    position: number,
  ): void {
    for (let r = 0; r < rows; r++)
      for (let h = 0; h < heads; h++)
        this.#memory
          .floats(cache + (h * capacity + position + r) * headSize * 4, headSize)
          .set(this.#memory.floats(x + (r * stride + h * headSize) * 4, headSize));
  }

  attention(
    q: number,
    qStride: number,
    rows: number,
    position: number,
    keys: number,
    values: number,
    capacity: number,
    kvHeads: number,
    group: number,
    headSize: number,
    scale: number,
    _scores: number,
    out: number,
    outStride: number,
  ): void {
    for (let r = 0; r < rows; r++)
      for (let h = 0; h < kvHeads * group; h++) {
        const plane = Math.floor(h / group) * capacity * headSize * 4;
        const query = this.#memory.floats(q + (r * qStride + h * headSize) * 4, headSize);
        const length = position + r + 1;
        const row = (of: number, t: number) => this.#memory.floats(of + plane + t * headSize * 4, headSize);
        const scores = Array.from({ length }, (_, t) => dot(row(keys, t), query) * scale);
        const top = Math.max(...scores);
        const weights = scores.map((score) => Math.exp(score - top));
        const sum = weights.reduce((total, weight) => total + weight, 0);
        const output = this.#memory.floats(out + (r * outStride + h * headSize) * 4, headSize);
        output.fill(0);
        weights.forEach((weight, t) => {
          const value = row(values, t);
          for (let i = 0; i < headSize; i++) output[i] = at(output, i) + (weight / sum) * at(value, i);
        });
      }
  }

  siluMultiply(x: number, rows: number, size: number, out: number): void {
    for (let r = 0; r < rows; r++) {
      const input = this.#memory.floats(x + r * 2 * size * 4, 2 * size);
      const output = this.#memory.floats(out + r * size * 4, size);
      for (let i = 0; i < size; i++) {
        const gate = at(input, i);
        output[i] = (gate / (1 + Math.exp(-gate))) * at(input, size + i);
      }
    }
  }

  #norm(x: number, weight: number, columns: number, epsilon: number, out: number): void {
    const input = this.#memory.floats(x, columns);
    const scale = 1 / Math.sqrt(dot(input, input) / columns + epsilon);
    const weights = this.#memory.floats(weight, columns);
    const output = this.#memory.floats(out, columns);
    for (let i = 0; i < columns; i++) output[i] = at(input, i) * scale * at(weights, i);
  }
}

function at(values: Float32Array, index: number): number {
  return values[index] ?? Number.NaN;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
}

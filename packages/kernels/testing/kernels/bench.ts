import type { KernelLevel, Kernels } from '../../src/wasm/load-kernels.ts';
import { loadLevel } from '../load-level.ts';
import { randomRow, TYPES, type TypeName } from './ggml-blocks.ts';
import { Random } from './random.ts';

/** Kernels with the little that every test does with them. */
export class Bench {
  readonly kernels: Kernels;
  readonly random: Random;

  constructor(kernels: Kernels, seed: number) {
    this.kernels = kernels;
    this.random = new Random(seed);
  }

  static async open(level: KernelLevel, seed = 1): Promise<Bench> {
    return new Bench(await loadLevel(level), seed);
  }

  /** A buffer of floats with these in it. */
  put(values: Float32Array): number {
    const pointer = this.kernels.memory.allocate(values.byteLength);
    this.kernels.memory.floats(pointer, values.length).set(values);
    return pointer;
  }

  take(pointer: number, count: number): Float32Array {
    return this.kernels.memory.floats(pointer, count).slice();
  }

  room(floats: number): number {
    return this.kernels.memory.allocate(floats * 4);
  }

  /** Packs rows of a file, each from an odd address, the last group filled up with rows of zeros. */
  pack(
    type: TypeName,
    rows: readonly Uint8Array[],
    columns: number,
  ): { format: number; matrix: number; groups: number } {
    const { exports, memory } = this.kernels;
    const format = exports.packedFormat(TYPES[type]);
    const groupBytes = exports.packedGroupBytes(format, columns);
    const groups = Math.ceil(rows.length / 4);
    const matrix = memory.allocate(groups * groupBytes);
    const pointers = rows.map((row) => {
      const pointer = memory.allocate(row.length + 1) + 1;
      memory.bytes(pointer, row.length).set(row);
      return pointer;
    });
    for (let group = 0; group < groups; group++) {
      const [a = 0, b = 0, c = 0, d = 0] = pointers.slice(4 * group, 4 * group + 4);
      exports.packGroup(TYPES[type], a, b, c, d, columns, matrix + group * groupBytes);
    }
    return { format, matrix, groups };
  }

  randomRows(type: TypeName, rows: number, columns: number): Uint8Array[] {
    return Array.from({ length: rows }, () => randomRow(type, columns, this.random));
  }

  /** `y[row][4·groups]` of a matrix for activations `x[rows][columns]`. */
  multiply(
    { format, matrix, groups }: { format: number; matrix: number; groups: number },
    x: Float32Array,
    columns: number,
    onto?: Float32Array,
  ): Float32Array {
    const { exports, memory } = this.kernels;
    const rows = x.length / columns;
    const given = this.put(x);
    let operand = given;
    if (format <= 3) {
      operand = memory.allocate(rows * exports.quantizedRowBytes(columns));
      exports.quantizeRows(given, rows, columns, operand);
    }
    const y = onto ? this.put(onto) : this.room(rows * groups * 4);
    exports.matmul(format, matrix, groups, columns, operand, rows, y, groups * 4, onto ? 1 : 0);
    return this.take(y, rows * groups * 4);
  }
}

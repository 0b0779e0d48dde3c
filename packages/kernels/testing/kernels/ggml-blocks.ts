import type { Random } from './random.ts';

/** GGUF's numbers of the tensor types that the kernels pack. */
export const TYPES = { F32: 0, F16: 1, Q4_0: 2, Q4_1: 3, Q8_0: 8, Q4_K: 12, Q6_K: 14 } as const;

/** One of {@link TYPES}, by name. */
export type TypeName = keyof typeof TYPES;

interface Block {
  readonly bytes: number;
  readonly columns: number;
  /** Where the half floats lie, which random bytes may not fill. */
  readonly halves: readonly number[];
  weights(block: DataView, column: number): number;
}

/** The formulas of ggml's reference dequantisation, one weight at a time and as plain as they can be. */
const BLOCKS: Record<TypeName, Block> = {
  F32: { bytes: 4, columns: 1, halves: [], weights: (b) => b.getFloat32(0, true) },
  F16: { bytes: 2, columns: 1, halves: [0], weights: (b) => half(b, 0) },
  Q4_0: {
    bytes: 18,
    columns: 32,
    halves: [0],
    weights: (b, i) => half(b, 0) * (nibble(b.getUint8(2 + (i % 16)), i >= 16) - 8),
  },
  Q4_1: {
    bytes: 20,
    columns: 32,
    halves: [0, 2],
    weights: (b, i) => half(b, 0) * nibble(b.getUint8(4 + (i % 16)), i >= 16) + half(b, 2),
  },
  Q8_0: { bytes: 34, columns: 32, halves: [0], weights: (b, i) => half(b, 0) * b.getInt8(2 + i) },
  Q4_K: {
    bytes: 144,
    columns: 256,
    halves: [0, 2],
    weights(b, i) {
      const j = Math.floor(i / 32);
      const byte = b.getUint8(16 + 32 * Math.floor(i / 64) + (i % 32));
      const at = (k: number) => b.getUint8(4 + k);
      const scale = j < 4 ? at(j) & 63 : (at(j + 4) & 15) | ((at(j - 4) >> 6) << 4);
      const minimum = j < 4 ? at(j + 4) & 63 : (at(j + 4) >> 4) | ((at(j) >> 6) << 4);
      return half(b, 0) * scale * nibble(byte, j % 2 === 1) - half(b, 2) * minimum;
    },
  },
  Q6_K: {
    bytes: 210,
    columns: 256,
    halves: [208],
    weights(b, i) {
      const part = Math.floor(i / 128);
      const quarter = Math.floor((i % 128) / 32);
      const l = i % 32;
      const low = nibble(b.getUint8(64 * part + 32 * (quarter % 2) + l), quarter >= 2);
      const high = (b.getUint8(128 + 32 * part + l) >> (2 * quarter)) & 3;
      return half(b, 208) * b.getInt8(192 + Math.floor(i / 16)) * ((low | (high << 4)) - 32);
    },
  },
};

/** Columns of one block of a type. */
export function blockColumns(type: TypeName): number {
  return BLOCKS[type].columns;
}

/** A row of random weights as a file holds it: every bit of it random but for the half floats, which are small numbers. */
export function randomRow(type: TypeName, columns: number, random: Random): Uint8Array {
  const { bytes, columns: perBlock, halves } = BLOCKS[type];
  if (type === 'F32') return new Uint8Array(random.floats(columns).buffer);
  const row = Uint8Array.from({ length: (columns / perBlock) * bytes }, () => random.integer(0, 255));
  const view = new DataView(row.buffer);
  for (let at = 0; at < row.length; at += bytes)
    // Exponents up to −1, and the smallest numbers too, which have none.
    for (const place of halves) view.setUint16(at + place, randomHalf(random), true);
  return row;
}

function randomHalf(random: Random): number {
  return (random.integer(0, 1) << 15) | (random.integer(0, 14) << 10) | random.integer(0, 1023);
}

/** The weights of a row. */
export function dequantized(type: TypeName, row: Uint8Array, columns: number): Float64Array {
  const { bytes, columns: perBlock, weights } = BLOCKS[type];
  return Float64Array.from({ length: columns }, (_, column) => {
    const block = new DataView(row.buffer, row.byteOffset + Math.floor(column / perBlock) * bytes, bytes);
    return weights(block, column % perBlock);
  });
}

function nibble(byte: number, high: boolean): number {
  return high ? byte >> 4 : byte & 15;
}

/** IEEE 754 binary16. */
function half(view: DataView, at: number): number {
  const bits = view.getUint16(at, true);
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25);
  return bits & 0x8000 ? -size : size;
}

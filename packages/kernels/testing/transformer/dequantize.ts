import { PACKED_FORMATS } from '../../src/wasm/kernel-exports.ts';

/** The packed format for each type of tensor that the kernels take, by the type's number in ggml. */
export const PACKED_FORMAT_OF: ReadonlyMap<number, number> = new Map<number, number>([
  [0, PACKED_FORMATS.float32],
  [1, PACKED_FORMATS.float16],
  [2, PACKED_FORMATS.bits4],
  [3, PACKED_FORMATS.bits4],
  [8, PACKED_FORMATS.bits8],
  [12, PACKED_FORMATS.bits4],
  [14, PACKED_FORMATS.bits6],
]);

/** One row of a GGUF tensor as floats, by the block layouts of ggml-common.h. @param out as long as the row. */
export function dequantize(ggufType: number, bytes: Uint8Array, out: Float32Array): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const blocks = BLOCKS[ggufType];
  if (!blocks) throw new RangeError(`type ${ggufType}`);
  for (let block = 0; block * blocks.columns < out.length; block++)
    blocks.read(
      view,
      block * blocks.bytes,
      out.subarray(block * blocks.columns, (block + 1) * blocks.columns),
    );
}

interface Blocks {
  readonly columns: number;
  readonly bytes: number;
  read(view: DataView, at: number, out: Float32Array): void;
}

const BLOCKS: Readonly<Record<number, Blocks>> = {
  0: { columns: 1, bytes: 4, read: (view, at, out) => out.fill(view.getFloat32(at, true)) },
  1: { columns: 1, bytes: 2, read: (view, at, out) => out.fill(half(view, at)) },
  2: { columns: 32, bytes: 18, read: (view, at, out) => nibbles(view, at + 2, out, half(view, at), -8) },
  3: {
    columns: 32,
    bytes: 20,
    read: (view, at, out) => nibbles(view, at + 4, out, half(view, at), 0, half(view, at + 2)),
  },
  8: {
    columns: 32,
    bytes: 34,
    read: (view, at, out) => {
      const scale = half(view, at);
      for (let i = 0; i < 32; i++) out[i] = scale * view.getInt8(at + 2 + i);
    },
  },
  12: { columns: 256, bytes: 144, read: readQ4K },
  14: { columns: 256, bytes: 210, read: readQ6K },
};

function nibbles(view: DataView, at: number, out: Float32Array, scale: number, shift: number, add = 0): void {
  for (let i = 0; i < 16; i++) {
    const byte = view.getUint8(at + i);
    out[i] = scale * ((byte & 15) + shift) + add;
    out[i + 16] = scale * ((byte >> 4) + shift) + add;
  }
}

function readQ4K(view: DataView, at: number, out: Float32Array): void {
  const [d, dMin] = [half(view, at), half(view, at + 2)];
  const packed = (i: number) => view.getUint8(at + 4 + i);
  for (let j = 0; j < 8; j++) {
    const scale = j < 4 ? packed(j) & 63 : (packed(j + 4) & 15) | ((packed(j - 4) >> 6) << 4);
    const min = j < 4 ? packed(j + 4) & 63 : (packed(j + 4) >> 4) | ((packed(j) >> 6) << 4);
    for (let i = 0; i < 32; i++) {
      const byte = view.getUint8(at + 16 + (j >> 1) * 32 + i);
      out[j * 32 + i] = d * scale * (j % 2 === 0 ? byte & 15 : byte >> 4) - dMin * min;
    }
  }
}

function readQ6K(view: DataView, at: number, out: Float32Array): void {
  const d = half(view, at + 208);
  for (let i = 0; i < 256; i++) {
    const [part, quarter, l] = [i >> 7, (i >> 5) & 3, i & 31];
    const low = view.getUint8(at + part * 64 + (quarter & 1) * 32 + l);
    const high = view.getUint8(at + 128 + part * 32 + l) >> (2 * quarter);
    const value = (quarter < 2 ? low & 15 : low >> 4) | ((high & 3) << 4);
    out[i] = d * view.getInt8(at + 192 + (i >> 4)) * (value - 32);
  }
}

function half(view: DataView, at: number): number {
  const bits = view.getUint16(at, true);
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  const size =
    exponent === 0
      ? fraction * 2 ** -24
      : exponent === 31
        ? fraction
          ? Number.NaN
          : Number.POSITIVE_INFINITY
        : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return bits & 0x8000 ? -size : size;
}

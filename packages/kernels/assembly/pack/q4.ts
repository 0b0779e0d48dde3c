import { BITS4_BLOCK } from '../formats';
import { loadHalf, loadHalves } from '../half';
import { storeTransposed } from './transpose';

/**
 * One block of 32 columns of four rows. Q4_0: a half float d and 16 bytes, weight = d · (nibble − 8). Q4_1: half floats d
 * and m, 16 bytes, weight = d · nibble + m. Byte j holds column j in its low nibble and 16 + j in the high one, as a packed
 * block does: the bytes only change places.
 */
@inline
export function packQ4(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  withMinimum: bool,
  out: usize,
): usize {
  const scales = loadHalves(row0, row1, row2, row3);
  const minima = withMinimum
    ? loadHalves(row0 + 2, row1 + 2, row2 + 2, row3 + 2)
    : f32x4.mul(scales, f32x4.splat(-8));
  const skip: usize = withMinimum ? 4 : 2;
  storeTransposed(
    out,
    v128.load(row0 + skip),
    v128.load(row1 + skip),
    v128.load(row2 + skip),
    v128.load(row3 + skip),
  );
  v128.store(out, scales, 64);
  v128.store(out, minima, 80);
  return out + BITS4_BLOCK;
}

/**
 * One block of 256 columns, which become eight of 32. Q4_K: half floats d and dmin, twelve bytes with eight pairs of 6-bit
 * numbers s and m, and 128 bytes, weight = d · s · nibble − dmin · m. The low nibbles of 32 bytes are 32 columns, the high
 * ones the next 32.
 */
@inline
export function packQ4K(row0: usize, row1: usize, row2: usize, row3: usize, out: usize): usize {
  const low = i8x16.splat(15);
  for (let pair: usize = 0; pair < 4; pair++) {
    const at: usize = 16 + (pair << 5);
    const a = v128.load(row0 + at);
    const b = v128.load(row1 + at);
    const c = v128.load(row2 + at);
    const d = v128.load(row3 + at);
    const e = v128.load(row0 + at, 16);
    const f = v128.load(row1 + at, 16);
    const g = v128.load(row2 + at, 16);
    const h = v128.load(row3 + at, 16);
    storeTransposed(
      out,
      v128.bitselect(a, i16x8.shl(e, 4), low),
      v128.bitselect(b, i16x8.shl(f, 4), low),
      v128.bitselect(c, i16x8.shl(g, 4), low),
      v128.bitselect(d, i16x8.shl(h, 4), low),
    );
    storeScales(row0, row1, row2, row3, pair << 1, out);
    out += BITS4_BLOCK;
    storeTransposed(
      out,
      v128.bitselect(i16x8.shr_u(a, 4), e, low),
      v128.bitselect(i16x8.shr_u(b, 4), f, low),
      v128.bitselect(i16x8.shr_u(c, 4), g, low),
      v128.bitselect(i16x8.shr_u(d, 4), h, low),
    );
    storeScales(row0, row1, row2, row3, (pair << 1) + 1, out);
    out += BITS4_BLOCK;
  }
  return out;
}

@inline
function storeScales(row0: usize, row1: usize, row2: usize, row3: usize, j: usize, out: usize): void {
  storeScale(row0, j, out + 64);
  storeScale(row1, j, out + 68);
  storeScale(row2, j, out + 72);
  storeScale(row3, j, out + 76);
}

/** The first four pairs lie in the low six bits of bytes 0–3 and 4–7; the others' low bits in bytes 8–11, their high bits above the first ones. */
function storeScale(block: usize, j: usize, out: usize): void {
  const s = block + 4;
  let scale: u32, minimum: u32;
  if (j < 4) {
    scale = load<u8>(s + j) & 63;
    minimum = load<u8>(s + j, 4) & 63;
  } else {
    const both = <u32>load<u8>(s + j, 4);
    scale = (both & 15) | ((<u32>load<u8>(s + j - 4) >> 6) << 4);
    minimum = (both >> 4) | ((<u32>load<u8>(s + j) >> 6) << 4);
  }
  store<f32>(out, loadHalf(block) * <f32>scale);
  store<f32>(out, -loadHalf(block + 2) * <f32>minimum, 16);
}

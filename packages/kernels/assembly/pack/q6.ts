import { BITS6_BLOCK } from '../formats';
import { loadHalf } from '../half';
import { storeTransposed } from './transpose';

/** Where a block of Q6_K has its 16 signed scales, and its half float. */
const SCALES: usize = 192;
const FACTOR: usize = 208;

/**
 * One block of 256 columns, which become eight of 32. Q6_K: 128 bytes of low nibbles, 64 bytes of upper pairs of bits, a
 * signed byte s for each 16 columns, and a half float d: weight = d · s · (six bits − 32). Each half of the block, 128
 * columns, has its low nibbles in the low and then the high nibbles of 64 bytes, and the upper bits of columns l, 32 + l,
 * 64 + l and 96 + l in one byte.
 */
@inline
export function packQ6K(row0: usize, row1: usize, row2: usize, row3: usize, out: usize): usize {
  for (let block: usize = 0; block < 8; block++) {
    storeTransposed(
      out,
      lowNibbles(row0, block),
      lowNibbles(row1, block),
      lowNibbles(row2, block),
      lowNibbles(row3, block),
    );
    storeUpper(row0, row1, row2, row3, block, 0, out + 64);
    storeUpper(row0, row1, row2, row3, block, 16, out + 80);
    storeScales(row0, block, out + 96);
    storeScales(row1, block, out + 100);
    storeScales(row2, block, out + 104);
    storeScales(row3, block, out + 108);
    out += BITS6_BLOCK;
  }
  return out;
}

/** The low nibbles of 32 columns: the first 16 columns' in the low nibbles. */
@inline
function lowNibbles(row: usize, block: usize): v128 {
  const at = row + ((block >> 2) << 6) + ((block & 1) << 5);
  const first = v128.load(at);
  const last = v128.load(at, 16);
  const low = i8x16.splat(15);
  return block & 2
    ? v128.bitselect(i16x8.shr_u(first, 4), last, low)
    : v128.bitselect(first, i16x8.shl(last, 4), low);
}

/** The upper bits of 16 columns of four rows, the four vectors of a transposition put into one. */
@inline
function storeUpper(
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  block: usize,
  column: usize,
  out: usize,
): void {
  const a = upperBits(row0, block, column);
  const b = upperBits(row1, block, column);
  const c = upperBits(row2, block, column);
  const d = upperBits(row3, block, column);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const abEnd = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cdEnd = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  const first = v128.or(
    v128.shuffle<i64>(ab, cd, 0, 2),
    i16x8.shl(v128.shuffle<i64>(ab, cd, 1, 3), 2),
  );
  const last = v128.or(
    i16x8.shl(v128.shuffle<i64>(abEnd, cdEnd, 0, 2), 4),
    i16x8.shl(v128.shuffle<i64>(abEnd, cdEnd, 1, 3), 6),
  );
  v128.store(out, v128.or(first, last));
}

@inline
function upperBits(row: usize, block: usize, column: usize): v128 {
  const v = v128.load(row + ((block >> 2) << 5) + column, 128);
  return v128.and(i16x8.shr_u(v, <i32>(block & 3) << 1), i8x16.splat(3));
}

/** The scales of the two halves of 32 columns, 16 bytes apart. */
@inline
function storeScales(row: usize, block: usize, out: usize): void {
  const d = loadHalf(row + FACTOR);
  const s = row + SCALES + (block << 1);
  store<f32>(out, d * <f32>load<i8>(s));
  store<f32>(out, d * <f32>load<i8>(s, 1), 16);
}

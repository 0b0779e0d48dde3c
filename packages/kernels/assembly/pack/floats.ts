import { storeTransposed } from './transpose';

/** Eight columns of four rows of half floats. */
@inline
export function packF16(row0: usize, row1: usize, row2: usize, row3: usize, out: usize): usize {
  const a = v128.load(row0);
  const b = v128.load(row1);
  const c = v128.load(row2);
  const d = v128.load(row3);
  const ab = v128.shuffle<i16>(a, b, 0, 8, 1, 9, 2, 10, 3, 11);
  const cd = v128.shuffle<i16>(c, d, 0, 8, 1, 9, 2, 10, 3, 11);
  const abEnd = v128.shuffle<i16>(a, b, 4, 12, 5, 13, 6, 14, 7, 15);
  const cdEnd = v128.shuffle<i16>(c, d, 4, 12, 5, 13, 6, 14, 7, 15);
  v128.store(out, v128.shuffle<i32>(ab, cd, 0, 4, 1, 5));
  v128.store(out, v128.shuffle<i32>(ab, cd, 2, 6, 3, 7), 16);
  v128.store(out, v128.shuffle<i32>(abEnd, cdEnd, 0, 4, 1, 5), 32);
  v128.store(out, v128.shuffle<i32>(abEnd, cdEnd, 2, 6, 3, 7), 48);
  return out + 64;
}

/** Four columns of four rows of floats. */
@inline
export function packF32(row0: usize, row1: usize, row2: usize, row3: usize, out: usize): usize {
  storeTransposed(out, v128.load(row0), v128.load(row1), v128.load(row2), v128.load(row3));
  return out + 64;
}

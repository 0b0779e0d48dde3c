import { BITS8_BLOCK } from '../formats';
import { loadHalves } from '../half';
import { storeTransposed } from './transpose';

/** One block of 32 columns of four rows. Q8_0: a half float d and 32 signed bytes, weight = d · byte. */
@inline
export function packQ8(row0: usize, row1: usize, row2: usize, row3: usize, out: usize): usize {
  const offset = i8x16.splat(-128);
  for (let half: usize = 0; half < 32; half += 16) {
    storeTransposed(
      out + (half << 2),
      v128.xor(v128.load(row0 + half, 2), offset),
      v128.xor(v128.load(row1 + half, 2), offset),
      v128.xor(v128.load(row2 + half, 2), offset),
      v128.xor(v128.load(row3 + half, 2), offset),
    );
  }
  v128.store(out, loadHalves(row0, row1, row2, row3), 128);
  return out + BITS8_BLOCK;
}

/** 2^112, what the exponents of half floats and floats are apart. */
const EXPONENT_GAP: f32 = 5.192296858534828e33;

/**
 * Half floats in the low 16 bits of each lane (sign-extended) to floats: the bits shifted to where a float has them, then
 * multiplied by what the exponents are apart, which is right for the smallest numbers too. Infinities come out as numbers
 * above 65,504: weights hold none.
 */
@inline
export function halvesToFloats(halves: v128): v128 {
  const bits = v128.and(i32x4.shl(halves, 13), i32x4.splat(0x8fffe000));
  return f32x4.mul(bits, f32x4.splat(EXPONENT_GAP));
}

/** One half float from anywhere in memory. */
@inline
export function loadHalf(pointer: usize): f32 {
  const bits = ((<i32>load<i16>(pointer)) << 13) & 0x8fffe000;
  return reinterpret<f32>(bits) * EXPONENT_GAP;
}

/** Four half floats, one from each row, as floats. */
@inline
export function loadHalves(row0: usize, row1: usize, row2: usize, row3: usize): v128 {
  let halves = i32x4.splat(load<i16>(row0));
  halves = i32x4.replace_lane(halves, 1, load<i16>(row1));
  halves = i32x4.replace_lane(halves, 2, load<i16>(row2));
  halves = i32x4.replace_lane(halves, 3, load<i16>(row3));
  return halvesToFloats(halves);
}

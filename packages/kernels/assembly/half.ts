// Half floats (IEEE 754 binary16), which WASM does not know.

/** The half float at `at` as a float. */
// @ts-expect-error: decorator
@inline
export function loadHalf(at: usize): f32 {
  const bits = <u32>load<u16>(at);
  const magnitude = (bits & 0x7fff) << 13;
  const sign = (bits & 0x8000) << 16;
  // Infinity and NaN keep an exponent of all ones; everything else is moved by the difference of the biases, 2^112.
  if ((bits & 0x7c00) == 0x7c00) return reinterpret<f32>(sign | magnitude | 0x7f800000);
  return reinterpret<f32>(reinterpret<u32>(reinterpret<f32>(magnitude) * 5.192296858534828e33) | sign);
}

/** Four half floats at `at`, finite ones, as floats. */
// @ts-expect-error: decorator
@inline
export function loadHalves4(at: usize): v128 {
  const bits = v128.load16x4_u(at);
  const magnitude = i32x4.shl(v128.and(bits, i32x4.splat(0x7fff)), 13);
  const sign = i32x4.shl(v128.and(bits, i32x4.splat(0x8000)), 16);
  return v128.or(f32x4.mul(magnitude, f32x4.splat(5.192296858534828e33)), sign);
}

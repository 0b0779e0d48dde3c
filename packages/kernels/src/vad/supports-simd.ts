// One function, () → v128, that counts bits: (i8x16.popcnt (i8x16.splat (i32.const 0))).
const SIMD_MODULE = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // magic and version
  ...[1, 5, 1, 96, 0, 1, 123], // types
  ...[3, 2, 1, 0], // functions
  ...[10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11], // code
);

/** True where WebAssembly has vectors of 128 bits, without which no kernel runs. */
export function supportsSimd(): boolean {
  return WebAssembly.validate(SIMD_MODULE);
}

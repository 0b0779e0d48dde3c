// The numbers of ../src/wasm/kernel-exports.ts and of ggml, and the sizes that belong to them.

export const BITS4: i32 = 1;
export const BITS8: i32 = 2;
export const BITS6: i32 = 3;
export const FLOAT16: i32 = 4;
export const FLOAT32: i32 = 5;

export const GGML_F32: i32 = 0;
export const GGML_F16: i32 = 1;
export const GGML_Q4_0: i32 = 2;
export const GGML_Q4_1: i32 = 3;
export const GGML_Q8_0: i32 = 8;
export const GGML_Q4_K: i32 = 12;
export const GGML_Q6_K: i32 = 14;

/** 64 B of nibbles, 4 scales, 4 minima. */
export const BITS4_BLOCK: usize = 96;
/** 128 B of weights, 4 scales. */
export const BITS8_BLOCK: usize = 144;
/** 64 B of nibbles, 32 B of upper bits, 2 × 4 scales. */
export const BITS6_BLOCK: usize = 128;

export function packedFormat(ggufType: i32): i32 {
  switch (ggufType) {
    case GGML_F32:
      return FLOAT32;
    case GGML_F16:
      return FLOAT16;
    case GGML_Q4_0:
    case GGML_Q4_1:
    case GGML_Q4_K:
      return BITS4;
    case GGML_Q8_0:
      return BITS8;
    case GGML_Q6_K:
      return BITS6;
    default:
      return 0;
  }
}

export function packedGroupBytes(format: i32, columns: i32): i32 {
  const blocks = columns >> 5;
  switch (format) {
    case BITS4:
      return blocks * <i32>BITS4_BLOCK;
    case BITS8:
      return blocks * <i32>BITS8_BLOCK;
    case BITS6:
      return blocks * <i32>BITS6_BLOCK;
    case FLOAT16:
      return columns * 8;
    case FLOAT32:
      return columns * 16;
    default:
      return 0;
  }
}

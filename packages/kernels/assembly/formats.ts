// The numbers are PACKED_FORMATS of ../src/wasm/kernel-exports.ts.
export const BITS4: i32 = 1;
export const BITS8: i32 = 2;
export const BITS6: i32 = 3;
export const FLOAT16: i32 = 4;
export const FLOAT32: i32 = 5;

// Tensor types, by GGUF's numbers.
export const GGUF_F32: i32 = 0;
export const GGUF_F16: i32 = 1;
export const GGUF_Q4_0: i32 = 2;
export const GGUF_Q4_1: i32 = 3;
export const GGUF_Q8_0: i32 = 8;
export const GGUF_Q4_K: i32 = 12;
export const GGUF_Q6_K: i32 = 14;

/**
 * Bytes of one packed block, 32 columns of four rows. In every format a vector holds the same columns of four rows one after
 * the other, so that each lane of a sum is one output row and nothing is summed across lanes.
 *
 * - BITS4: 4 vectors of nibbles, then the four rows' scales and the four rows' minima. Byte 4r + c of vector p holds column
 *   4p + c of row r in its low nibble and column 16 + 4p + c in the high one: weight = scale · nibble + minimum.
 * - BITS8: 8 vectors of bytes, then the four scales. Byte 4r + c of vector p is column 4p + c of row r:
 *   weight = scale · (byte − 128).
 * - BITS6: 4 vectors of low nibbles as in BITS4, 2 vectors of the two upper bits, then the four rows' scales for the first
 *   16 columns and for the last. Bits 2p and 2p + 1 of byte 4r + c of the first vector of upper bits belong to column
 *   4p + c, of the second to column 16 + 4p + c: weight = scale · (six bits − 32).
 * - FLOAT16 and FLOAT32: column by column, four rows each.
 *
 * Scales are floats and lie with their weights, so that a group is read from front to back, as prefetchers expect.
 */
export const BITS4_BLOCK: usize = 96;
export const BITS8_BLOCK: usize = 144;
export const BITS6_BLOCK: usize = 128;
const FLOAT16_BLOCK: usize = 256;
const FLOAT32_BLOCK: usize = 512;

export function packedFormat(ggufType: i32): i32 {
  switch (ggufType) {
    case GGUF_Q4_0:
    case GGUF_Q4_1:
    case GGUF_Q4_K:
      return BITS4;
    case GGUF_Q8_0:
      return BITS8;
    case GGUF_Q6_K:
      return BITS6;
    case GGUF_F16:
      return FLOAT16;
    case GGUF_F32:
      return FLOAT32;
    default:
      return 0;
  }
}

export function packedGroupBytes(format: i32, columns: i32): usize {
  const blocks = (<usize>columns) >> 5;
  switch (format) {
    case BITS4:
      return blocks * BITS4_BLOCK;
    case BITS8:
      return blocks * BITS8_BLOCK;
    case BITS6:
      return blocks * BITS6_BLOCK;
    case FLOAT16:
      return blocks * FLOAT16_BLOCK;
    case FLOAT32:
      return blocks * FLOAT32_BLOCK;
    default:
      return 0;
  }
}

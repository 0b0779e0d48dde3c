import { within, withinUnaligned } from '../bounds';
import {
  GGUF_F16,
  GGUF_F32,
  GGUF_Q4_0,
  GGUF_Q4_1,
  GGUF_Q4_K,
  GGUF_Q6_K,
  GGUF_Q8_0,
  packedFormat,
  packedGroupBytes,
} from '../formats';
import { packF16, packF32 } from './floats';
import { packQ4, packQ4K } from './q4';
import { packQ6K } from './q6';
import { packQ8 } from './q8';

/**
 * Where a row of zeros is read: the first bytes of the memory, which nobody uses. A block of zeros stands for zeros in
 * every type. Such a row has a step of 0 from block to block.
 */
const ZEROS: usize = 64;

/** Bytes that one block of a row takes in the file, and columns it has. */
function blockBytes(ggufType: i32): usize {
  switch (ggufType) {
    case GGUF_Q4_0:
      return 18;
    case GGUF_Q4_1:
      return 20;
    case GGUF_Q8_0:
      return 34;
    case GGUF_Q4_K:
      return 144;
    case GGUF_Q6_K:
      return 210;
    case GGUF_F16:
      return 16;
    default:
      return 16;
  }
}

function blockColumns(ggufType: i32): i32 {
  switch (ggufType) {
    case GGUF_Q4_K:
    case GGUF_Q6_K:
      return 256;
    case GGUF_F16:
      return 8;
    case GGUF_F32:
      return 4;
    default:
      return 32;
  }
}

export function packGroup(
  ggufType: i32,
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  columns: i32,
  out: usize,
): void {
  const bytes = blockBytes(ggufType);
  const blocks = columns / blockColumns(ggufType);
  if (!ASC_NO_ASSERT) {
    if (row0) withinUnaligned(row0, <usize>blocks * bytes);
    if (row1) withinUnaligned(row1, <usize>blocks * bytes);
    if (row2) withinUnaligned(row2, <usize>blocks * bytes);
    if (row3) withinUnaligned(row3, <usize>blocks * bytes);
    within(out, packedGroupBytes(packedFormat(ggufType), columns));
  }
  const step0 = row0 ? bytes : 0;
  const step1 = row1 ? bytes : 0;
  const step2 = row2 ? bytes : 0;
  const step3 = row3 ? bytes : 0;
  row0 = row0 ? row0 : ZEROS;
  row1 = row1 ? row1 : ZEROS;
  row2 = row2 ? row2 : ZEROS;
  row3 = row3 ? row3 : ZEROS;
  for (let block = 0; block < blocks; block++) {
    if (ggufType == GGUF_Q4_1) out = packQ4(row0, row1, row2, row3, true, out);
    else if (ggufType == GGUF_Q8_0) out = packQ8(row0, row1, row2, row3, out);
    else if (ggufType == GGUF_Q4_0) out = packQ4(row0, row1, row2, row3, false, out);
    else if (ggufType == GGUF_Q4_K) out = packQ4K(row0, row1, row2, row3, out);
    else if (ggufType == GGUF_Q6_K) out = packQ6K(row0, row1, row2, row3, out);
    else if (ggufType == GGUF_F16) out = packF16(row0, row1, row2, row3, out);
    else if (ggufType == GGUF_F32) out = packF32(row0, row1, row2, row3, out);
    row0 += step0;
    row1 += step1;
    row2 += step2;
    row3 += step3;
  }
}

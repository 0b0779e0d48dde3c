import { within } from './bounds';
import {
  BITS4,
  BITS4_BLOCK,
  BITS6,
  BITS6_BLOCK,
  BITS8,
  BITS8_BLOCK,
  FLOAT16,
  packedGroupBytes,
} from './formats';
import { loadHalf } from './half';

/** One row of a packed matrix as floats. */
export function unpackRow(format: i32, matrix: usize, row: i32, columns: i32, out: usize): void {
  within(matrix, <usize>((row >> 2) + 1) * <usize>packedGroupBytes(format, columns));
  within(out, (<usize>columns) << 2);
  const group = matrix + <usize>(row >> 2) * <usize>packedGroupBytes(format, columns);
  const lane = <usize>(row & 3);
  for (let column = 0; column < columns; column++) {
    store<f32>(out + ((<usize>column) << 2), weightAt(format, group, lane, <usize>column));
  }
}

function weightAt(format: i32, group: usize, lane: usize, column: usize): f32 {
  const block = column >> 5;
  const c = column & 31;
  // Where a nibble lies: columns 0…15 in the lower halves, 16…31 in the upper ones.
  const nibbleAt = (((c & 15) >> 2) << 4) + (lane << 2) + (c & 3);
  const shift: u32 = c < 16 ? 0 : 4;
  if (format == BITS4) {
    const at = group + block * BITS4_BLOCK;
    const q = (load<u8>(at + nibbleAt) >> <u8>shift) & 15;
    return load<f32>(at + (lane << 2), 64) * <f32>q + load<f32>(at + (lane << 2), 80);
  }
  if (format == BITS8) {
    const at = group + block * BITS8_BLOCK;
    const q = <i32>load<u8>(at + ((c >> 2) << 4) + (lane << 2) + (c & 3)) - 128;
    return load<f32>(at + (lane << 2), 128) * <f32>q;
  }
  if (format == BITS6) {
    const at = group + block * BITS6_BLOCK;
    const low = (<i32>load<u8>(at + nibbleAt) >> <i32>shift) & 15;
    const pairs = <i32>load<u8>(at + (c < 16 ? 64 : 80) + (lane << 2) + (c & 3));
    const q = low | (((pairs >> <i32>(((c & 15) >> 2) << 1)) & 3) << 4);
    return load<f32>(at + (c < 16 ? 96 : 112) + (lane << 2)) * <f32>(q - 32);
  }
  if (format == FLOAT16) return loadHalf(group + (column << 3) + (lane << 1));
  return load<f32>(group + (column << 4) + (lane << 2));
}

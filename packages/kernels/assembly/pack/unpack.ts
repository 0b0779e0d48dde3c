import { within } from '../bounds';
import { BITS4, BITS4_BLOCK, BITS6, BITS6_BLOCK, BITS8, BITS8_BLOCK, FLOAT16, packedGroupBytes } from '../formats';
import { loadHalf } from '../half';

/** Column by column: it is called once a token, for its embedding. */
export function unpackRow(format: i32, matrix: usize, row: i32, columns: i32, out: usize): void {
  const groupBytes = packedGroupBytes(format, columns);
  within(matrix, ((<usize>row >> 2) + 1) * groupBytes);
  within(out, (<usize>columns) << 2);
  const group = matrix + (<usize>row >> 2) * groupBytes;
  const lane = <usize>row & 3;
  for (let column: usize = 0; column < <usize>columns; column++) {
    store<f32>(out + (column << 2), weight(format, group, lane, column));
  }
}

@inline
function weight(format: i32, group: usize, lane: usize, column: usize): f32 {
  if (format == BITS4) return bits4(group + (column >> 5) * BITS4_BLOCK, lane, column & 31);
  if (format == BITS8) return bits8(group + (column >> 5) * BITS8_BLOCK, lane, column & 31);
  if (format == BITS6) return bits6(group + (column >> 5) * BITS6_BLOCK, lane, column & 31);
  if (format == FLOAT16) return loadHalf(group + (column << 3) + (lane << 1));
  return load<f32>(group + (column << 4) + (lane << 2));
}

/** Where a block has the byte of a column: vectors of four columns of four rows. */
@inline
function place(lane: usize, column: usize): usize {
  return ((column >> 2) << 4) + (lane << 2) + (column & 3);
}

@inline
function nibble(block: usize, lane: usize, column: usize): u32 {
  const both = <u32>load<u8>(block + place(lane, column & 15));
  return column < 16 ? both & 15 : both >> 4;
}

@inline
function bits4(block: usize, lane: usize, column: usize): f32 {
  const scales = block + (lane << 2);
  return load<f32>(scales, 64) * <f32>nibble(block, lane, column) + load<f32>(scales, 80);
}

@inline
function bits8(block: usize, lane: usize, column: usize): f32 {
  return load<f32>(block + (lane << 2), 128) * <f32>(<i32>load<u8>(block + place(lane, column)) - 128);
}

@inline
function bits6(block: usize, lane: usize, column: usize): f32 {
  const half = column >> 4;
  const upper = <u32>load<u8>(block + (half << 4) + (lane << 2) + (column & 3), 64);
  const six = nibble(block, lane, column) | (((upper >> ((((<u32>column) & 15) >> 2) << 1)) & 3) << 4);
  return load<f32>(block + (half << 4) + (lane << 2), 96) * <f32>(<i32>six - 32);
}

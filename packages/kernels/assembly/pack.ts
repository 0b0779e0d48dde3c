import { within } from './bounds';
import {
  BITS4_BLOCK,
  BITS6_BLOCK,
  BITS8_BLOCK,
  GGML_F16,
  GGML_F32,
  GGML_Q4_0,
  GGML_Q4_1,
  GGML_Q4_K,
  GGML_Q6_K,
  GGML_Q8_0,
  packedFormat,
  packedGroupBytes,
} from './formats';
import { loadHalf } from './half';

/**
 * Packs four rows as they lie in the file. In a packed block of 32 columns, each 16 B vector holds 4 rows × 4 columns, row
 * by row: a dot product then leaves one output row in each 32-bit lane, and nothing is ever added across lanes.
 */
export function packGroup(
  ggufType: i32,
  row0: usize,
  row1: usize,
  row2: usize,
  row3: usize,
  columns: i32,
  out: usize,
): void {
  within(out, <usize>packedGroupBytes(packedFormat(ggufType), columns));
  packRow(ggufType, row0, 0, columns, out);
  packRow(ggufType, row1, 1, columns, out);
  packRow(ggufType, row2, 2, columns, out);
  packRow(ggufType, row3, 3, columns, out);
}

function packRow(ggufType: i32, row: usize, lane: usize, columns: i32, out: usize): void {
  switch (ggufType) {
    case GGML_Q4_0:
      return packQ4(row, 18, lane, columns, out);
    case GGML_Q4_1:
      return packQ4(row, 20, lane, columns, out);
    case GGML_Q8_0:
      return packQ8(row, lane, columns, out);
    case GGML_Q4_K:
      return packQ4K(row, lane, columns, out);
    case GGML_Q6_K:
      return packQ6K(row, lane, columns, out);
    case GGML_F16:
      return packF16(row, lane, columns, out);
    case GGML_F32:
      return packF32(row, lane, columns, out);
  }
}

/** Q4_0: half d, 16 B of nibbles, w = d·(q − 8). Q4_1: half d, half m, 16 B, w = d·q + m. Low nibbles are columns 0…15. */
function packQ4(row: usize, blockBytes: usize, lane: usize, columns: i32, out: usize): void {
  for (let block = 0, blocks = columns >> 5; block < blocks; block++) {
    const to = out + (lane << 2);
    if (row == 0) {
      // Scale and minimum of 0 make a row of zeros, whatever the nibbles.
      for (let p: usize = 0; p < 4; p++) store<u32>(to + (p << 4), 0);
      store<f32>(to, 0, 64);
      store<f32>(to, 0, 80);
    } else {
      const d = loadHalf(row);
      const m = blockBytes == 20 ? loadHalf(row + 2) : d * -8;
      const q = row + blockBytes - 16;
      // Both forms keep column c and column c + 16 in one byte: four bytes are four columns of a lane.
      for (let p: usize = 0; p < 4; p++) store<u32>(to + (p << 4), load<u32>(q + (p << 2)));
      store<f32>(to, d, 64);
      store<f32>(to, m, 80);
      row += blockBytes;
    }
    out += BITS4_BLOCK;
  }
}

/** Half d, 32 signed bytes, w = d·q. Kept with 128 added, without a sign. */
function packQ8(row: usize, lane: usize, columns: i32, out: usize): void {
  for (let block = 0, blocks = columns >> 5; block < blocks; block++) {
    const to = out + (lane << 2);
    if (row == 0) {
      for (let p: usize = 0; p < 8; p++) store<u32>(to + (p << 4), 0x80808080);
      store<f32>(to, 0, 128);
    } else {
      for (let p: usize = 0; p < 8; p++)
        store<u32>(to + (p << 4), load<u32>(row + 2 + (p << 2)) ^ 0x80808080);
      store<f32>(to, loadHalf(row), 128);
      row += 34;
    }
    out += BITS8_BLOCK;
  }
}

/**
 * 256 columns: half d, half dmin, 12 B with eight 6-bit scales and minima, 128 B of nibbles; w = d·scale·q − dmin·minimum.
 * 32 B of nibbles hold 64 columns, the first 32 in the low halves.
 */
function packQ4K(row: usize, lane: usize, columns: i32, out: usize): void {
  for (let block = 0, blocks = columns >> 5; block < blocks; block++) {
    const to = out + (lane << 2);
    if (row == 0) {
      for (let p: usize = 0; p < 4; p++) store<u32>(to + (p << 4), 0);
      store<f32>(to, 0, 64);
      store<f32>(to, 0, 80);
    } else {
      const from = row + <usize>(block >> 3) * 144;
      const j = <usize>(block & 7);
      const scales = from + 4;
      let scale: u32, minimum: u32;
      if (j < 4) {
        scale = load<u8>(scales + j) & 63;
        minimum = load<u8>(scales + j + 4) & 63;
      } else {
        scale = (load<u8>(scales + j + 4) & 15) | ((load<u8>(scales + j - 4) >> 6) << 4);
        minimum = (load<u8>(scales + j + 4) >> 4) | ((load<u8>(scales + j) >> 6) << 4);
      }
      const q = from + 16 + ((j >> 1) << 5);
      const shift: u32 = j & 1 ? 4 : 0;
      for (let p: usize = 0; p < 4; p++) {
        const low = (load<u32>(q + (p << 2)) >> shift) & 0x0f0f0f0f;
        const high = (load<u32>(q + 16 + (p << 2)) >> shift) & 0x0f0f0f0f;
        store<u32>(to + (p << 4), low | (high << 4));
      }
      store<f32>(to, loadHalf(from) * <f32>scale, 64);
      store<f32>(to, -(loadHalf(from + 2) * <f32>minimum), 80);
    }
    out += BITS4_BLOCK;
  }
}

/**
 * 256 columns: 128 B lower nibbles, 64 B upper pairs of bits, 16 signed scales, half d; w = d·scale·(q − 32). Each half of
 * 128 columns keeps four runs of 32: nibbles low/low/high/high of two runs of bytes, pairs of bits by shifts of 0, 2, 4, 6.
 */
function packQ6K(row: usize, lane: usize, columns: i32, out: usize): void {
  for (let block = 0, blocks = columns >> 5; block < blocks; block++) {
    const to = out + (lane << 2);
    if (row == 0) {
      for (let p: usize = 0; p < 6; p++) store<u32>(to + (p << 4), 0);
      store<f32>(to, 0, 96);
      store<f32>(to, 0, 112);
    } else {
      const from = row + <usize>(block >> 3) * 210;
      const half = <usize>((block >> 2) & 1);
      const run = <usize>(block & 3);
      const nibbles = from + (half << 6) + ((run & 1) << 5);
      const pairs = from + 128 + (half << 5);
      const nibbleShift: u32 = run >= 2 ? 4 : 0;
      const pairShift: u32 = (<u32>run) << 1;
      let upperLow: u32 = 0,
        upperHigh: u32 = 0;
      for (let p: usize = 0; p < 4; p++) {
        const low = (load<u32>(nibbles + (p << 2)) >> nibbleShift) & 0x0f0f0f0f;
        const high = (load<u32>(nibbles + 16 + (p << 2)) >> nibbleShift) & 0x0f0f0f0f;
        store<u32>(to + (p << 4), low | (high << 4));
        upperLow |= ((load<u32>(pairs + (p << 2)) >> pairShift) & 0x03030303) << (<u32>(p << 1));
        upperHigh |= ((load<u32>(pairs + 16 + (p << 2)) >> pairShift) & 0x03030303) << (<u32>(p << 1));
      }
      store<u32>(to, upperLow, 64);
      store<u32>(to, upperHigh, 80);
      const d = loadHalf(from + 208);
      const scales = from + 192 + (half << 3) + (run << 1);
      store<f32>(to, d * <f32>load<i8>(scales), 96);
      store<f32>(to, d * <f32>load<i8>(scales + 1), 112);
    }
    out += BITS6_BLOCK;
  }
}

function packF16(row: usize, lane: usize, columns: i32, out: usize): void {
  let to = out + (lane << 1);
  for (let column = 0; column < columns; column++) {
    store<u16>(to, row == 0 ? 0 : load<u16>(row + ((<usize>column) << 1)));
    to += 8;
  }
}

function packF32(row: usize, lane: usize, columns: i32, out: usize): void {
  let to = out + (lane << 2);
  for (let column = 0; column < columns; column++) {
    store<f32>(to, row == 0 ? 0 : load<f32>(row + ((<usize>column) << 2)));
    to += 16;
  }
}

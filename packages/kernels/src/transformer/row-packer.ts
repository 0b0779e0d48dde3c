import type { Kernels } from '../wasm/load-kernels.ts';
import type { MatrixPlan } from './weight-plan.ts';

/** Rows that one packed group holds. */
export const GROUP_ROWS = 4;
/** About as much of a tensor is copied into the kernels' memory at a time. */
const STAGING_BYTES = 262_144;

/** Where a matrix goes. */
export interface PackTarget extends MatrixPlan {
  /** Its first group. */
  readonly pointer: number;
  readonly groupBytes: number;
}

/** Bytes that {@link RowPacker} needs for tensors with rows of at most so many bytes. */
export function stagingBytes(maxRowBytes: number): number {
  return Math.max(STAGING_BYTES, 2 * GROUP_ROWS * maxRowBytes);
}

/** Packs the rows of matrices as they come from the file, by way of a staging place in the kernels' memory. */
export class RowPacker {
  readonly #kernels: Kernels;
  readonly #staging: number;
  readonly #stagingBytes: number;
  #rows = 0;
  #firstRow = 0;

  /** @param staging a place of {@link stagingBytes} bytes. */
  constructor(kernels: Kernels, staging: number, sizeBytes: number) {
    this.#kernels = kernels;
    this.#staging = staging;
    this.#stagingBytes = sizeBytes;
  }

  /** @param bytes whole rows of the target's tensor, the first of them right after the last rows given. */
  add(target: PackTarget, firstRow: number, bytes: Uint8Array): void {
    const { rowBytes, rows } = target.tensor;
    const unit = target.pairedHeadSize === undefined ? GROUP_ROWS : 2 * GROUP_ROWS;
    const capacity = Math.floor(this.#stagingBytes / rowBytes / unit) * unit;
    if (firstRow === 0) {
      this.#rows = 0;
      this.#firstRow = 0;
    }
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + (capacity - this.#rows) * rowBytes);
      this.#kernels.memory.bytes(this.#staging + this.#rows * rowBytes, part.length).set(part);
      at += part.length;
      this.#rows += part.length / rowBytes;
      if (this.#rows === capacity || this.#firstRow + this.#rows === rows) this.#pack(target);
    }
  }

  #pack(target: PackTarget): void {
    const { tensor, pairedHeadSize, groupBytes } = target;
    const { rowBytes, columns } = tensor;
    const staged = (row: number) => (row < this.#rows ? this.#staging + row * rowBytes : 0);
    // Neighbouring rows make a group; in paired heads every second row does, and eight rows make two groups.
    const step = pairedHeadSize === undefined ? 1 : 2;
    for (let row = 0; row < this.#rows; row += GROUP_ROWS * step)
      for (let half = 0; half < step; half++) {
        const first = row + half;
        const group = placedRow(this.#firstRow + first, pairedHeadSize) / GROUP_ROWS;
        this.#kernels.exports.packGroup(
          tensor.type,
          staged(first),
          staged(first + step),
          staged(first + 2 * step),
          staged(first + 3 * step),
          columns,
          target.pointer + group * groupBytes,
        );
      }
    this.#firstRow += this.#rows;
    this.#rows = 0;
  }
}

/** Where a row of the file belongs: in paired heads the even rows make the first half and the odd ones the second. */
export function placedRow(fileRow: number, pairedHeadSize: number | undefined): number {
  if (pairedHeadSize === undefined) return fileRow;
  const inHead = fileRow % pairedHeadSize;
  return fileRow - inHead + (inHead % 2) * (pairedHeadSize / 2) + Math.floor(inHead / 2);
}

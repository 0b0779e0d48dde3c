import type { CallOptions } from '@runanywhere/core';
import { readBytes } from './header-reader.ts';
import type { Refusals } from './refusals.ts';
import type { GgufTensor } from './tensor-table.ts';

/** Takes whole rows of a tensor. `bytes` may be kept, though that keeps the piece it lies in. */
export type OnGgufRows = (tensor: GgufTensor, firstRow: number, bytes: Uint8Array) => void;

/** Options of {@link GgufFile.streamRows}. */
export interface StreamRowsOptions extends CallOptions {
  /** Called after each piece; at the end `loadedBytes === totalBytes`, the bytes of the tensors asked for. */
  onProgress?: (progress: { readonly loadedBytes: number; readonly totalBytes: number }) => void;
}

const PIECE_BYTES = 4 * 1024 * 1024;

/** Rows of one tensor within a piece. */
interface Part {
  readonly tensor: GgufTensor;
  readonly firstRow: number;
  /** Where they begin and end, from the beginning of the file. */
  readonly start: number;
  readonly end: number;
}

/**
 * Reads tensors piece by piece in the file's order; while rows are being handed on, the next piece is under way.
 *
 * @param alignment gaps smaller than this lie between neighbours and are read with them.
 */
export async function streamRows(
  file: Blob,
  tensors: readonly GgufTensor[],
  alignment: number,
  onRows: OnGgufRows,
  refusals: Refusals,
  { signal, onProgress }: StreamRowsOptions,
): Promise<void> {
  signal?.throwIfAborted();
  const inOrder = [...tensors].sort((a, b) => a.offset - b.offset);
  const totalBytes = inOrder.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const read = (piece: readonly Part[]) =>
    readBytes(file, (piece[0] as Part).start, (piece.at(-1) as Part).end, refusals, signal);
  const pieces = cut(inOrder, alignment);
  let loadedBytes = 0;
  let piece = pieces.next().value;
  let reading = piece && read(piece);
  while (piece && reading) {
    const bytes = await reading;
    const next = pieces.next().value;
    reading = next && read(next);
    // When `onRows` throws, nobody waits for the piece under way; its own failure is then of no interest.
    reading?.catch(() => undefined);
    const pieceStart = (piece[0] as Part).start;
    for (const { tensor, firstRow, start, end } of piece) {
      onRows(tensor, firstRow, bytes.subarray(start - pieceStart, end - pieceStart));
      loadedBytes += end - start;
    }
    onProgress?.({ loadedBytes, totalBytes });
    signal?.throwIfAborted();
    piece = next;
  }
}

/** Pieces of whole rows, none larger than {@link PIECE_BYTES} unless a single row is. */
function* cut(tensors: readonly GgufTensor[], alignment: number): Generator<readonly Part[], undefined> {
  let piece: Part[] = [];
  for (const tensor of tensors) {
    let firstRow = 0;
    while (firstRow < tensor.rows) {
      const start = tensor.offset + firstRow * tensor.rowBytes;
      const pieceStart = piece[0]?.start ?? start;
      const room = Math.floor((PIECE_BYTES - (start - pieceStart)) / tensor.rowBytes);
      const apart = start - (piece.at(-1)?.end ?? start) >= alignment;
      if (piece.length > 0 && (room < 1 || apart)) {
        yield piece;
        piece = [];
        continue;
      }
      const rows = Math.min(Math.max(room, 1), tensor.rows - firstRow);
      piece.push({ tensor, firstRow, start, end: start + rows * tensor.rowBytes });
      firstRow += rows;
    }
  }
  if (piece.length > 0) yield piece;
}

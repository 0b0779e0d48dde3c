import type { Refusals } from './refusals.ts';

/** A header may be no longer. The longest of real models, with vocabularies of 256,000 tokens, have 10 to 20 MiB. */
export const MAX_HEADER_BYTES: number = 64 * 1024 * 1024;

const FIRST_PIECE_BYTES = 1024 * 1024;
const LARGEST_PIECE_BYTES = 8 * 1024 * 1024;

/**
 * Reads a file's header from its front, piece by piece: `need` fetches, the others take what is there. Only one piece is
 * held, and no byte beyond the file or {@link MAX_HEADER_BYTES} is asked for.
 */
export class HeaderReader {
  readonly #file: Blob;
  readonly #refusals: Refusals;
  readonly #signal: AbortSignal | undefined;
  // Keeps a leading U+FEFF, which is a token in some vocabularies.
  readonly #text = new TextDecoder('utf-8', { ignoreBOM: true });
  #bytes = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  /** Where in the file the piece begins, and where in the piece reading goes on. */
  #pieceStart = 0;
  #at = 0;
  #nextPieceBytes = FIRST_PIECE_BYTES;

  constructor(file: Blob, refusals: Refusals, signal: AbortSignal | undefined) {
    this.#file = file;
    this.#refusals = refusals;
    this.#signal = signal;
  }

  /** Bytes read so far. */
  get position(): number {
    return this.#pieceStart + this.#at;
  }

  /** Bytes from here to where the header must have ended. */
  get bytesLeft(): number {
    return Math.min(this.#file.size, MAX_HEADER_BYTES) - this.position;
  }

  /** Whether so many bytes are at hand: asked first, because a promise for each value would take most of the time. */
  has(byteCount: number): boolean {
    return this.#at + byteCount <= this.#bytes.length;
  }

  /** Refuses the file when it cannot have so many more bytes. */
  expect(byteCount: number): void {
    if (byteCount <= this.bytesLeft) return;
    const end =
      this.position + byteCount > this.#file.size
        ? 'it ends within its header'
        : `its header is longer than ${MAX_HEADER_BYTES / 1024 / 1024} MiB`;
    throw this.#refusals.invalid(end);
  }

  /** Fetches until so many bytes are at hand. */
  async need(byteCount: number): Promise<void> {
    if (this.has(byteCount)) return;
    this.expect(byteCount);
    const start = this.position;
    const pieceBytes = Math.min(Math.max(byteCount, this.#nextPieceBytes), this.bytesLeft);
    this.#nextPieceBytes = Math.min(this.#nextPieceBytes * 2, LARGEST_PIECE_BYTES);
    this.#bytes = new Uint8Array(0);
    this.#bytes = await readBytes(this.#file, start, start + pieceBytes, this.#refusals, this.#signal);
    this.#view = new DataView(this.#bytes.buffer);
    this.#pieceStart = start;
    this.#at = 0;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  i8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  i16(): number {
    return this.#view.getInt16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  i32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  f32(): number {
    return this.#view.getFloat32(this.#advance(4), true);
  }

  f64(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** A number where it is exact, else a bigint. */
  u64(): number | bigint {
    return exact(this.#view.getBigUint64(this.#advance(8), true));
  }

  /** A number where it is exact, else a bigint. */
  i64(): number | bigint {
    return exact(this.#view.getBigInt64(this.#advance(8), true));
  }

  /** An unsigned 64-bit count, length or offset; above 2⁵³ only roughly, which is beyond any file all the same. */
  size(): number {
    const at = this.#advance(8);
    return this.#view.getUint32(at + 4, true) * 2 ** 32 + this.#view.getUint32(at, true);
  }

  text(byteCount: number): string {
    const at = this.#advance(byteCount);
    return this.#text.decode(this.#bytes.subarray(at, at + byteCount));
  }

  #advance(byteCount: number): number {
    const at = this.#at;
    this.#at += byteCount;
    return at;
  }
}

/** The bytes `[start, end)` of a file. A file that cannot be read, or has become shorter, is refused. */
export async function readBytes(
  file: Blob,
  start: number,
  end: number,
  refusals: Refusals,
  signal: AbortSignal | undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  signal?.throwIfAborted();
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await file.slice(start, end).arrayBuffer());
  } catch (error) {
    throw refusals.invalid('it could not be read', error);
  }
  signal?.throwIfAborted();
  if (bytes.length !== end - start) throw refusals.invalid('it changed while it was read');
  return bytes;
}

function exact(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

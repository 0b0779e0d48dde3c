/** How a {@link WatchedFile} misbehaves when it is read. */
export type Misbehaviour = 'short' | 'unreadable';

/**
 * A file that keeps account of what is read of it. It may claim to be larger than its bytes: what is not there reads as
 * zeros, so that a file of gigabytes costs nothing.
 */
export class WatchedFile extends Blob {
  readonly #bytes: Uint8Array;
  readonly #size: number;
  readonly #misbehaviour: Misbehaviour | undefined;
  readonly reads: { readonly start: number; readonly end: number }[] = [];
  #readsLeft: number;

  /** @param readsBefore how many reads succeed before it misbehaves. */
  constructor(bytes: Uint8Array, size: number = bytes.length, misbehaviour?: Misbehaviour, readsBefore = 0) {
    super();
    this.#bytes = bytes;
    this.#size = size;
    this.#misbehaviour = misbehaviour;
    this.#readsLeft = readsBefore;
  }

  override get size(): number {
    return this.#size;
  }

  override slice(start = 0, end: number = this.#size): Blob {
    this.reads.push({ start, end });
    const misbehaves = this.#misbehaviour !== undefined && this.#readsLeft-- <= 0;
    if (misbehaves && this.#misbehaviour === 'unreadable') return new UnreadableBlob();
    const length = Math.max(0, end - start - (misbehaves ? 1 : 0));
    return new SparseBlob(this.#bytes.subarray(start, Math.min(end, this.#bytes.length)), length);
  }

  /** What is wrong with the reads: a place outside the file, or more memory than is allowed. */
  fault(largestBytes: number, totalBytes: number): string | undefined {
    let total = 0;
    for (const { start, end } of this.reads) {
      total += end - start;
      if (!(start >= 0 && start <= end && end <= this.#size))
        return `it read ${start} to ${end} of ${this.#size} bytes`;
      if (end - start > largestBytes) return `it read ${end - start} bytes at once`;
    }
    return total > totalBytes ? `it read ${total} bytes in all` : undefined;
  }
}

class SparseBlob extends Blob {
  readonly #bytes: Uint8Array;
  readonly #length: number;

  constructor(bytes: Uint8Array, length: number) {
    super();
    this.#bytes = bytes;
    this.#length = length;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const whole = new Uint8Array(this.#length);
    whole.set(this.#bytes.subarray(0, this.#length));
    return whole.buffer;
  }
}

class UnreadableBlob extends Blob {
  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new DOMException('The file is gone.', 'NotReadableError'));
  }
}

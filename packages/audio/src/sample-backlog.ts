const CHUNK_SAMPLES = 16_000;

/**
 * A queue of samples that wait for somebody who is not ready yet, kept as 16-bit integers in pieces of 16 000 (one
 * second at 16 kHz, 32 kB): five minutes are 9.6 MB. Memory grows with what waits; emptied pieces are used again, so that
 * nothing is allocated while as much is taken as is added.
 */
export class SampleBacklog {
  readonly #maxChunks: number;
  readonly #chunks: Int16Array<ArrayBuffer>[] = [];
  #spare: Int16Array<ArrayBuffer> | undefined;
  /** Places in the stream: of the oldest sample that waits, and behind the newest. */
  #start = 0;
  #end = 0;
  /** The place of the first sample of the first chunk. */
  #firstChunkIndex = 0;

  /** @param capacitySamples how many wait at most, rounded up to whole pieces. At least one piece more than is taken at a time. */
  constructor(capacitySamples: number) {
    this.#maxChunks = Math.max(1, Math.ceil(capacitySamples / CHUNK_SAMPLES)) + 1;
  }

  /** The place in the stream of the sample that `take` gives next. */
  get startIndex(): number {
    return this.#start;
  }

  /** The place in the stream behind the newest sample. */
  get endIndex(): number {
    return this.#end;
  }

  /**
   * Adds samples between -1 and 1 at the end.
   *
   * @returns how many of the oldest had to be dropped to make room, usually 0.
   */
  append(samples: Float32Array): number {
    let dropped = 0;
    for (let i = 0; i < samples.length; ) {
      const offset = (this.#end - this.#firstChunkIndex) % CHUNK_SAMPLES;
      if (this.#end === this.#firstChunkIndex + this.#chunks.length * CHUNK_SAMPLES) {
        if (this.#chunks.length === this.#maxChunks) dropped += this.#dropChunk();
        this.#chunks.push(this.#spare ?? new Int16Array(CHUNK_SAMPLES));
        this.#spare = undefined;
      }
      const chunk = this.#chunks[this.#chunks.length - 1] as Int16Array;
      const count = Math.min(CHUNK_SAMPLES - offset, samples.length - i);
      for (let k = 0; k < count; k++) chunk[offset + k] = toInt16(samples[i + k] as number);
      i += count;
      this.#end += count;
    }
    return dropped;
  }

  /** Moves the oldest samples into `target`, as many as fit. @returns how many there were. */
  take(target: Float32Array, count: number = target.length): number {
    const taken = Math.min(count, target.length, this.#end - this.#start);
    for (let i = 0; i < taken; i++) {
      const place = this.#start + i - this.#firstChunkIndex;
      const chunk = this.#chunks[Math.floor(place / CHUNK_SAMPLES)] as Int16Array;
      target[i] = (chunk[place % CHUNK_SAMPLES] as number) / 32_768;
    }
    this.#start += taken;
    while (this.#start - this.#firstChunkIndex >= CHUNK_SAMPLES) this.#releaseChunk();
    return taken;
  }

  #dropChunk(): number {
    const dropped = this.#firstChunkIndex + CHUNK_SAMPLES - this.#start;
    this.#start += dropped;
    this.#releaseChunk();
    return dropped;
  }

  #releaseChunk(): void {
    this.#spare = this.#chunks.shift();
    this.#firstChunkIndex += CHUNK_SAMPLES;
  }
}

function toInt16(sample: number): number {
  return Math.round(Math.min(32_767, Math.max(-32_768, sample * 32_768)));
}

/**
 * Keeps the last samples of a stream, read back by their place in it: sample 0 is the first that was ever appended.
 * The memory is taken once, at construction.
 */
export class SampleRing {
  readonly #samples: Float32Array<ArrayBuffer>;
  #end = 0;
  #oldest = 0;

  /** @param capacitySamples 30 s of 16 kHz are 480 000 samples, 1.9 MB. */
  constructor(capacitySamples: number) {
    this.#samples = new Float32Array(capacitySamples);
  }

  /** The place of the oldest sample that is still kept. */
  get oldestIndex(): number {
    return this.#oldest;
  }

  /** The place behind the newest sample: how many were appended or skipped in all. */
  get endIndex(): number {
    return this.#end;
  }

  /** Adds samples at the end; the oldest make room. Allocates nothing. */
  append(samples: Float32Array): void {
    const capacity = this.#samples.length;
    for (let i = Math.max(0, samples.length - capacity); i < samples.length; i++) {
      this.#samples[(this.#end + i) % capacity] = samples[i] as number;
    }
    this.#end += samples.length;
    this.#oldest = Math.max(this.#oldest, this.#end - capacity);
  }

  /** Goes on at a later place: what lies before it is forgotten, what was missed is never given out. */
  skipTo(index: number): void {
    this.#end = Math.max(this.#end, index);
    this.#oldest = this.#end;
  }

  /** A copy of the samples from `startIndex` up to, not including, `endIndex`, as far as they are kept. */
  read(startIndex: number, endIndex: number): Float32Array<ArrayBuffer> {
    const start = Math.max(startIndex, this.#oldest);
    const length = Math.max(0, Math.min(endIndex, this.#end) - start);
    const offset = start % this.#samples.length;
    const beforeWrap = Math.min(length, this.#samples.length - offset);
    const copy = new Float32Array(length);
    copy.set(this.#samples.subarray(offset, offset + beforeWrap));
    copy.set(this.#samples.subarray(0, length - beforeWrap), beforeWrap);
    return copy;
  }
}

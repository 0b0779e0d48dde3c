/** Loudness of a stream, 20 times a second. */
export class LevelMeter {
  readonly #windowSamples: number;
  #squares = 0;
  #count = 0;

  constructor(sampleRateHz: number) {
    this.#windowSamples = Math.round(sampleRateHz / 20);
  }

  /** Calls back for each 50 ms that are complete: their root mean square, and where in `samples` they end. */
  push(samples: Float32Array, onLevel: (rms: number, endOffset: number) => void): void {
    for (let i = 0; i < samples.length; i++) {
      this.#squares += (samples[i] as number) ** 2;
      this.#count += 1;
      if (this.#count < this.#windowSamples) continue;
      onLevel(Math.sqrt(this.#squares / this.#count), i + 1);
      this.#squares = 0;
      this.#count = 0;
    }
  }
}

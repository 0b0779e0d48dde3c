const WINDOW_MS = 3000;

/** How fast something grows, from what came in during the last three seconds. Time comes in with the data. */
export class TransferRate {
  readonly #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  add(atMs: number, bytes: number): void {
    const last = this.#samples.at(-1);
    const beganAnew = last !== undefined && bytes < last.bytes;
    if (beganAnew || bytes === 0) this.#samples.length = 0; // Waiting for the first byte says nothing about speed.
    this.#samples.push({ atMs, bytes });
    while (this.#samples.length > 2 && atMs - (this.#samples[1]?.atMs ?? atMs) >= WINDOW_MS)
      this.#samples.shift();
  }

  /** `undefined` until there are two samples to compare, and while nothing grows. */
  get bytesPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs <= first.atMs || last.bytes <= first.bytes) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
  }

  /** Time until `totalBytes` are there at this speed. */
  leftMs(totalBytes: number): number | undefined {
    const last = this.#samples.at(-1);
    const speed = this.bytesPerSecond;
    return last && speed ? ((totalBytes - last.bytes) / speed) * 1000 : undefined;
  }
}

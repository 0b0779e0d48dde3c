const WINDOW_MS = 4000;
const LEAST_MS = 500;

/** How fast bytes have been arriving over the last four seconds. */
export class TransferMeter {
  #samples: { readonly atMs: number; readonly bytes: number }[] = [];

  /** Takes the sum of bytes so far; a smaller one than before begins anew. */
  note(atMs: number, bytes: number): void {
    const last = this.#samples.at(-1);
    if (last && bytes < last.bytes) this.#samples = [];
    this.#samples.push({ atMs, bytes });
    // One sample from before the window stays, as its beginning.
    while ((this.#samples[1]?.atMs ?? atMs) < atMs - WINDOW_MS) this.#samples.shift();
  }

  /** Undefined until half a second has been seen. */
  get bytesPerSecond(): number | undefined {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (!first || !last || last.atMs - first.atMs < LEAST_MS) return undefined;
    return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
  }
}

/**
 * A repeatable source of noise: uniform numbers of the generator "mulberry32" (Tommy Ettinger, public domain), turned
 * into complex normal ones by the method of Box and Muller (1958).
 */
export class ComplexNoise {
  #state: number;
  /** The last value of {@link ComplexNoise.next}; both parts have mean 0 and variance 1. */
  re = 0;
  im = 0;

  /** @param seed Any integer; the same seed gives the same noise. */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Moves on to the next value. */
  next(): void {
    const radius = Math.sqrt(-2 * Math.log(1 - this.#uniform()));
    const angle = 2 * Math.PI * this.#uniform();
    this.re = radius * Math.cos(angle);
    this.im = radius * Math.sin(angle);
  }

  #uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }
}

/**
 * The discrete Fourier transform of any length, fastest where the length has small factors only. Stockham's
 * self-sorting algorithm with mixed radices (Swarztrauber 1984): each stage reads one pair of arrays and writes the other.
 * All arrays are made once; one instance must not be used by two callers at a time.
 */
export class Fft {
  readonly length: number;
  readonly #radices: readonly number[];
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #spareRe: Float64Array;
  readonly #spareIm: Float64Array;

  constructor(length: number) {
    this.length = length;
    this.#radices = smallFactors(length);
    this.#cos = Float64Array.from({ length }, (_, index) => Math.cos((2 * Math.PI * index) / length));
    this.#sin = Float64Array.from({ length }, (_, index) => -Math.sin((2 * Math.PI * index) / length));
    this.#spareRe = new Float64Array(length);
    this.#spareIm = new Float64Array(length);
  }

  /** Replaces the values by their spectrum, `X[k] = Σ x[n]·e^(-2πi·kn/N)`. */
  forward(re: Float64Array, im: Float64Array): void {
    let fromRe = re;
    let fromIm = im;
    let toRe = this.#spareRe;
    let toIm = this.#spareIm;
    let groups = this.length;
    let stride = 1;
    for (const radix of this.#radices) {
      groups /= radix;
      this.#stage(fromRe, fromIm, toRe, toIm, radix, groups, stride);
      stride *= radix;
      [fromRe, toRe] = [toRe, fromRe];
      [fromIm, toIm] = [toIm, fromIm];
    }
    if (fromRe === re) return;
    re.set(fromRe);
    im.set(fromIm);
  }

  /** Replaces a spectrum by its values, not divided by the length. */
  inverse(re: Float64Array, im: Float64Array): void {
    this.forward(im, re); // Swapping real and imaginary parts turns the transform around.
  }

  #stage(
    fromRe: Float64Array,
    fromIm: Float64Array,
    toRe: Float64Array,
    toIm: Float64Array,
    radix: number,
    groups: number,
    stride: number,
  ): void {
    const { length } = this;
    const [cos, sin] = [this.#cos, this.#sin];
    const step = groups * stride;
    const turn = length / radix;
    for (let group = 0; group < groups; group += 1) {
      for (let output = 0; output < radix; output += 1) {
        const twist = group * output * stride;
        const twistRe = cos[twist] as number;
        const twistIm = sin[twist] as number;
        const target = stride * (radix * group + output);
        for (let offset = 0; offset < stride; offset += 1) {
          let sumRe = 0;
          let sumIm = 0;
          let source = stride * group + offset;
          let angle = 0;
          for (let input = 0; input < radix; input += 1) {
            const valueRe = fromRe[source] as number;
            const valueIm = fromIm[source] as number;
            const unitRe = cos[angle] as number;
            const unitIm = sin[angle] as number;
            sumRe += valueRe * unitRe - valueIm * unitIm;
            sumIm += valueRe * unitIm + valueIm * unitRe;
            source += step;
            angle += turn * output;
            if (angle >= length) angle -= length;
          }
          toRe[target + offset] = sumRe * twistRe - sumIm * twistIm;
          toIm[target + offset] = sumRe * twistIm + sumIm * twistRe;
        }
      }
    }
  }
}

function smallFactors(length: number): number[] {
  const factors: number[] = [];
  let rest = length;
  for (const factor of [4, 2, 3, 5]) {
    while (rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    }
  }
  for (let factor = 7; rest > 1; factor += 2) {
    while (rest % factor === 0) {
      factors.push(factor);
      rest /= factor;
    }
  }
  return factors;
}

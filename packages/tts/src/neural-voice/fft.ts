interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array;
}

const COS_72 = Math.cos((2 * Math.PI) / 5);
const COS_144 = Math.cos((4 * Math.PI) / 5);
const SIN_72 = Math.sin((2 * Math.PI) / 5);
const SIN_144 = Math.sin((4 * Math.PI) / 5);

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
  readonly #spare: Complex;

  constructor(length: number) {
    this.length = length;
    this.#radices = smallFactors(length);
    this.#cos = Float64Array.from({ length }, (_, index) => Math.cos((2 * Math.PI * index) / length));
    this.#sin = Float64Array.from({ length }, (_, index) => -Math.sin((2 * Math.PI * index) / length));
    this.#spare = { re: new Float64Array(length), im: new Float64Array(length) };
  }

  /** Replaces the values by their spectrum, `X[k] = Σ x[n]·e^(-2πi·kn/N)`. */
  forward(re: Float64Array, im: Float64Array): void {
    let from: Complex = { re, im };
    let to = this.#spare;
    let groups = this.length;
    let stride = 1;
    for (const radix of this.#radices) {
      groups /= radix;
      if (radix === 4) this.#stageOf4(from, to, groups, stride);
      else if (radix === 5) this.#stageOf5(from, to, groups, stride);
      else this.#stage(from, to, radix, groups, stride);
      stride *= radix;
      [from, to] = [to, from];
    }
    if (from.re === re) return;
    re.set(from.re);
    im.set(from.im);
  }

  /** Replaces a spectrum by its values, not divided by the length. */
  inverse(re: Float64Array, im: Float64Array): void {
    this.forward(im, re); // Swapping real and imaginary parts turns the transform around.
  }

  /** One stage with butterflies of any radix, term by term. */
  #stage(from: Complex, to: Complex, radix: number, groups: number, stride: number): void {
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
            const valueRe = from.re[source] as number;
            const valueIm = from.im[source] as number;
            const unitRe = cos[angle] as number;
            const unitIm = sin[angle] as number;
            sumRe += valueRe * unitRe - valueIm * unitIm;
            sumIm += valueRe * unitIm + valueIm * unitRe;
            source += step;
            angle += turn * output;
            if (angle >= length) angle -= length;
          }
          to.re[target + offset] = sumRe * twistRe - sumIm * twistIm;
          to.im[target + offset] = sumRe * twistIm + sumIm * twistRe;
        }
      }
    }
  }

  /** Radix 4: a quarter turn is a swap of parts, so only the twists multiply. */
  #stageOf4(from: Complex, to: Complex, groups: number, stride: number): void {
    const [cos, sin] = [this.#cos, this.#sin];
    const { re, im } = from;
    const step = groups * stride;
    for (let group = 0; group < groups; group += 1) {
      const twist = group * stride;
      for (let offset = 0; offset < stride; offset += 1) {
        const a = twist + offset;
        const [b, c, d] = [a + step, a + 2 * step, a + 3 * step];
        const evenRe = (re[a] as number) + (re[c] as number);
        const evenIm = (im[a] as number) + (im[c] as number);
        const oddRe = (re[a] as number) - (re[c] as number);
        const oddIm = (im[a] as number) - (im[c] as number);
        const sumRe = (re[b] as number) + (re[d] as number);
        const sumIm = (im[b] as number) + (im[d] as number);
        const gapRe = (re[b] as number) - (re[d] as number);
        const gapIm = (im[b] as number) - (im[d] as number);
        const target = 4 * twist + offset;
        to.re[target] = evenRe + sumRe;
        to.im[target] = evenIm + sumIm;
        put(to, target + stride, oddRe + gapIm, oddIm - gapRe, cos[twist] as number, sin[twist] as number);
        put(
          to,
          target + 2 * stride,
          evenRe - sumRe,
          evenIm - sumIm,
          cos[2 * twist] as number,
          sin[2 * twist] as number,
        );
        put(
          to,
          target + 3 * stride,
          oddRe - gapIm,
          oddIm + gapRe,
          cos[3 * twist] as number,
          sin[3 * twist] as number,
        );
      }
    }
  }

  /** Radix 5: outputs 1 and 4, 2 and 3 are mirror images and share their products. */
  #stageOf5(from: Complex, to: Complex, groups: number, stride: number): void {
    const [cos, sin] = [this.#cos, this.#sin];
    const { re, im } = from;
    const step = groups * stride;
    for (let group = 0; group < groups; group += 1) {
      const twist = group * stride;
      for (let offset = 0; offset < stride; offset += 1) {
        const a = twist + offset;
        const [b, c, d, e] = [a + step, a + 2 * step, a + 3 * step, a + 4 * step];
        const outerRe = (re[b] as number) + (re[e] as number);
        const outerIm = (im[b] as number) + (im[e] as number);
        const innerRe = (re[c] as number) + (re[d] as number);
        const innerIm = (im[c] as number) + (im[d] as number);
        const outerGapRe = (re[b] as number) - (re[e] as number);
        const outerGapIm = (im[b] as number) - (im[e] as number);
        const innerGapRe = (re[c] as number) - (re[d] as number);
        const innerGapIm = (im[c] as number) - (im[d] as number);
        const firstRe = (re[a] as number) + COS_72 * outerRe + COS_144 * innerRe;
        const firstIm = (im[a] as number) + COS_72 * outerIm + COS_144 * innerIm;
        const secondRe = (re[a] as number) + COS_144 * outerRe + COS_72 * innerRe;
        const secondIm = (im[a] as number) + COS_144 * outerIm + COS_72 * innerIm;
        const firstGapRe = SIN_72 * outerGapRe + SIN_144 * innerGapRe;
        const firstGapIm = SIN_72 * outerGapIm + SIN_144 * innerGapIm;
        const secondGapRe = SIN_144 * outerGapRe - SIN_72 * innerGapRe;
        const secondGapIm = SIN_144 * outerGapIm - SIN_72 * innerGapIm;
        const target = 5 * twist + offset;
        to.re[target] = (re[a] as number) + outerRe + innerRe;
        to.im[target] = (im[a] as number) + outerIm + innerIm;
        put(
          to,
          target + stride,
          firstRe + firstGapIm,
          firstIm - firstGapRe,
          cos[twist] as number,
          sin[twist] as number,
        );
        put(
          to,
          target + 2 * stride,
          secondRe + secondGapIm,
          secondIm - secondGapRe,
          cos[2 * twist] as number,
          sin[2 * twist] as number,
        );
        put(
          to,
          target + 3 * stride,
          secondRe - secondGapIm,
          secondIm + secondGapRe,
          cos[3 * twist] as number,
          sin[3 * twist] as number,
        );
        put(
          to,
          target + 4 * stride,
          firstRe - firstGapIm,
          firstIm + firstGapRe,
          cos[4 * twist] as number,
          sin[4 * twist] as number,
        );
      }
    }
  }
}

/** Writes a value turned by a twist. */
function put(to: Complex, at: number, re: number, im: number, twistRe: number, twistIm: number): void {
  to.re[at] = re * twistRe - im * twistIm;
  to.im[at] = re * twistIm + im * twistRe;
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

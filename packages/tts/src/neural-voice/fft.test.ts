import { expect, test } from 'vitest';
import { Fft } from './fft.ts';

/** The definition, term by term. */
function slowTransform(re: Float64Array, im: Float64Array): { re: number[]; im: number[] } {
  const length = re.length;
  const out = { re: [] as number[], im: [] as number[] };
  for (let k = 0; k < length; k += 1) {
    let [sumRe, sumIm] = [0, 0];
    for (let n = 0; n < length; n += 1) {
      const angle = (-2 * Math.PI * ((k * n) % length)) / length;
      sumRe += (re[n] ?? 0) * Math.cos(angle) - (im[n] ?? 0) * Math.sin(angle);
      sumIm += (re[n] ?? 0) * Math.sin(angle) + (im[n] ?? 0) * Math.cos(angle);
    }
    out.re.push(sumRe);
    out.im.push(sumIm);
  }
  return out;
}

function wave(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, n) => Math.sin(n * n * 0.37 + seed) + 0.3 * Math.cos(n * 1.7));
}

test.each([1, 2, 3, 4, 5, 7, 12, 77, 100, 1200])('length %i equals the definition', (length) => {
  const [re, im] = [wave(length, 1), wave(length, 2)];
  const wanted = slowTransform(re, im);
  new Fft(length).forward(re, im);
  for (let k = 0; k < length; k += 1) {
    expect(re[k]).toBeCloseTo(wanted.re[k] ?? 0, 8);
    expect(im[k]).toBeCloseTo(wanted.im[k] ?? 0, 8);
  }
});

test('there and back is the same, times the length', () => {
  const fft = new Fft(1200);
  const [re, im] = [wave(1200, 3), wave(1200, 4)];
  fft.forward(re, im);
  fft.inverse(re, im);
  const [wantedRe, wantedIm] = [wave(1200, 3), wave(1200, 4)];
  for (let n = 0; n < 1200; n += 1) {
    expect((re[n] ?? 0) / 1200).toBeCloseTo(wantedRe[n] ?? 0, 10);
    expect((im[n] ?? 0) / 1200).toBeCloseTo(wantedIm[n] ?? 0, 10);
  }
});

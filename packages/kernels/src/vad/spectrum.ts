/**
 * What the `spectrumMagnitudes` kernel looks up: the periodic Hann window of `size` numbers, then cosine and sine of
 * 2πk/size, in turn, for k from 0 to size/2.
 */
export function spectrumTables(size: number): Float32Array {
  const half = size / 2;
  const tables = new Float32Array(size + 2 * (half + 1));
  for (let n = 0; n < size; n++) tables[n] = hann(n, size);
  for (let k = 0; k <= half; k++) {
    const angle = (2 * Math.PI * k) / size;
    tables[size + 2 * k] = Math.cos(angle);
    tables[size + 2 * k + 1] = Math.sin(angle);
  }
  return tables;
}

/**
 * How far a matrix is from the windowed Fourier transform that the kernel computes: the largest difference of any two
 * numbers.
 *
 * @param basis `[2·(size/2 + 1)][size]`: the cosines for each frequency, then the sines, negative.
 */
export function distanceFromFourier(basis: Float32Array, size: number): number {
  const bins = size / 2 + 1;
  const circle = Float64Array.from({ length: size }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const window = Float64Array.from({ length: size }, (_, n) => hann(n, size));
  let distance = 0;
  for (let k = 0; k < bins; k++) {
    for (let n = 0; n < size; n++) {
      const turn = (k * n) % size;
      // −sin a is cos (a + a quarter turn).
      const cosine = (circle[turn] as number) * (window[n] as number);
      const sine = (circle[(turn + size / 4) % size] as number) * (window[n] as number);
      const difference = Math.max(
        Math.abs(cosine - (basis[k * size + n] as number)),
        Math.abs(sine - (basis[(bins + k) * size + n] as number)),
      );
      if (!(difference <= distance)) distance = Number.isNaN(difference) ? Infinity : difference;
    }
  }
  return distance;
}

function hann(n: number, size: number): number {
  return 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size);
}

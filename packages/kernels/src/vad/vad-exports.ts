/**
 * The kernels of `assembly/vad.ts`: what a small network that listens to sound is made of. As everywhere, pointers are byte
 * offsets, multiples of 16 unless said otherwise; numbers are 32-bit floats; nothing is allocated or kept.
 */
export interface VadExports {
  /**
   * A layer of `channels` outputs over a sliding window, `y[p] = W·x[p·stride … p·stride + window) + bias`, below zero cut
   * off when `rectify` is 1. Over rows that lie one behind the other, `[time][inputs]`, that is a 1-dimensional convolution:
   * `stride` and `window` are its stride and its kernel times `inputs`, and padding is rows of zeros around `x`. With one
   * position it is a matrix times a vector.
   *
   * @param x a multiple of 4; `positions` windows may overlap.
   * @param stride floats from one window to the next.
   * @param weights `[channels / 16][window][16]`: {@link packLayer} makes it.
   * @param bias `channels` floats.
   * @param channels a multiple of 16.
   * @param y `[positions][channels]`.
   */
  convolve(
    x: number,
    positions: number,
    stride: number,
    window: number,
    weights: number,
    bias: number,
    channels: number,
    rectify: number,
    y: number,
  ): void;
  /**
   * How strong each frequency is in each frame: `y[frames][size / 2 + 1]`, a windowed Fourier transform. Four frames are
   * computed together.
   *
   * @param x frame `f` begins at `x[f·hop]`; a multiple of 4.
   * @param size of a frame, a power of two from 4 on.
   * @param tables {@link spectrumTables}.
   * @param scratch room for `4·size` floats.
   * @param y a multiple of 4.
   */
  spectrumMagnitudes(
    x: number,
    frames: number,
    hop: number,
    size: number,
    tables: number,
    scratch: number,
    y: number,
  ): void;
  /**
   * The part of a long short-term memory that comes after its matrix: new `cell` and `hidden` from the sums of the gates.
   *
   * @param gates `[4][units]`: input, forget, cell, output.
   * @param units a multiple of 4.
   */
  lstmStep(gates: number, units: number, cell: number, hidden: number): void;
  /** `σ(weights · max(x, 0) + bias)`, over `count` inputs, a multiple of 4. */
  logisticUnit(x: number, weights: number, bias: number, count: number): number;
}

import { type AudioClip, RunAnywhereError } from '@runanywhere/core';

/** What a {@link Resampler} converts between, in samples per second. Both between 1 000 and 384 000. */
export interface ResamplerOptions {
  readonly fromHz: number;
  readonly toHz: number;
}

/** How far the kernel presses down what would alias, in dB. */
const STOP_BAND_DB = 80;
/** Where the roll-off begins, as a part of the lower rate: 7 kHz for 16 kHz. It ends at the half, where aliasing begins. */
const PASS_BAND_END = 0.4375;
const STOP_BAND_START = 0.5;
/** Kernels are tabulated at this many places between two input samples at most; in between they are interpolated. */
const MAX_PHASES = 512;
/** Input samples taken over at a time. */
const BLOCK_SAMPLES = 2048;

/**
 * Streaming conversion between any two rates by a windowed sinc in polyphase form: every output sample is the dot
 * product of the input around its place in time with a low-pass kernel shifted to exactly that place. The kernel is a
 * sinc under a Kaiser window (J. O. Smith, "Digital Audio Resampling"; lengths by Kaiser's formula), flat to 7/8 of the
 * lower Nyquist frequency and 80 dB down from it on. Where the ratio of the rates has more than 512 phases, kernels
 * are interpolated linearly between 512, which costs less than 100 dB.
 *
 * The delay is compensated: output sample `n` stands for the input at `n / toHz` seconds, and the input may be
 * split in any way without changing a bit of the output. Nothing is allocated after construction.
 */
export class Resampler {
  readonly fromHz: number;
  readonly toHz: number;
  /** Output comes this long after the input that it stands for, because the kernel looks ahead. */
  readonly latencyMs: number;
  readonly #upFactor: number;
  readonly #downFactor: number;
  readonly #halfTaps: number;
  readonly #taps: number;
  readonly #phases: number;
  /** `#phases + 1` kernels, one after the other; the last is the first moved by one sample, for interpolation. */
  readonly #kernels: Float32Array<ArrayBuffer>;
  readonly #buffer: Float32Array<ArrayBuffer>;
  /** Samples in `#buffer`. */
  #filled = 0;
  /** Where in `#buffer` the kernel of the next output begins, and how many `upFactor`ths of a sample beyond. */
  #position = 0;
  #phase = 0;
  #inputSamples = 0;
  #outputSamples = 0;

  /** @throws {RunAnywhereError} `invalid-options` for a rate out of range. */
  constructor({ fromHz, toHz }: ResamplerOptions) {
    checkRate('fromHz', fromHz);
    checkRate('toHz', toHz);
    this.fromHz = fromHz;
    this.toHz = toHz;
    const divisor = greatestCommonDivisor(fromHz, toHz);
    this.#upFactor = toHz / divisor;
    this.#downFactor = fromHz / divisor;
    this.#phases = Math.min(this.#upFactor, MAX_PHASES);
    const lowerHz = Math.min(fromHz, toHz);
    const transition = ((STOP_BAND_START - PASS_BAND_END) * lowerHz) / fromHz;
    this.#halfTaps = fromHz === toHz ? 0 : Math.ceil((STOP_BAND_DB - 7.95) / (14.36 * transition) / 2);
    this.#taps = 2 * this.#halfTaps;
    const cutoff = ((STOP_BAND_START + PASS_BAND_END) * lowerHz) / fromHz / 2;
    this.#kernels = makeKernels(this.#phases, this.#halfTaps, cutoff);
    this.#buffer = new Float32Array(this.#taps + BLOCK_SAMPLES);
    this.latencyMs = (this.#halfTaps * 1000) / fromHz;
    this.reset();
  }

  /** How large `output` must be for a `push` of so many samples, or for a `flush` after it. */
  maxOutputSamples(inputSamples: number): number {
    return Math.ceil(((inputSamples + this.#taps) * this.#upFactor) / this.#downFactor) + 1;
  }

  /**
   * Takes input and writes what can be said of the output into `output`, from its start.
   *
   * @param output at least {@link maxOutputSamples} long.
   * @returns how many samples were written.
   */
  push(input: Float32Array, output: Float32Array): number {
    this.#inputSamples += input.length;
    if (this.#taps === 0) {
      output.set(input);
      this.#outputSamples += input.length;
      return input.length;
    }
    let written = 0;
    for (let taken = 0; taken < input.length; ) {
      const room = Math.min(this.#buffer.length - this.#filled, input.length - taken);
      for (let i = 0; i < room; i++) this.#buffer[this.#filled + i] = input[taken + i] as number;
      this.#filled += room;
      taken += room;
      written = this.#convert(output, written, Number.POSITIVE_INFINITY);
    }
    return written;
  }

  /**
   * Writes the end of the stream, as if silence followed, and starts afresh. All in all the output then has
   * `ceil(input samples × toHz / fromHz)` samples.
   */
  flush(output: Float32Array): number {
    const total = Math.ceil((this.#inputSamples * this.#upFactor) / this.#downFactor);
    let written = 0;
    while (this.#outputSamples < total) {
      this.#buffer.fill(0, this.#filled);
      this.#filled = this.#buffer.length;
      written = this.#convert(output, written, total);
    }
    this.reset();
    return written;
  }

  /** Forgets the past. */
  reset(): void {
    // The first output stands for the first input, so half a kernel of silence comes before it.
    this.#buffer.fill(0);
    this.#filled = Math.max(0, this.#halfTaps - 1);
    this.#position = 0;
    this.#phase = 0;
    this.#inputSamples = 0;
    this.#outputSamples = 0;
  }

  #convert(output: Float32Array, written: number, total: number): number {
    while (this.#position + this.#taps <= this.#filled && this.#outputSamples < total) {
      output[written++] = this.#sampleAt(this.#position);
      this.#outputSamples += 1;
      const next = this.#phase + this.#downFactor;
      this.#phase = next % this.#upFactor;
      this.#position += (next - this.#phase) / this.#upFactor;
    }
    // A position beyond the buffer (very low output rates) waits there until the input has come as far.
    const used = Math.min(this.#position, this.#filled);
    this.#buffer.copyWithin(0, used, this.#filled);
    this.#filled -= used;
    this.#position -= used;
    return written;
  }

  #sampleAt(position: number): number {
    const place = (this.#phase * this.#phases) / this.#upFactor;
    const kernel = Math.floor(place);
    const weight = place - kernel;
    const here = this.#dot(position, kernel * this.#taps);
    return weight === 0 ? here : here + weight * (this.#dot(position, (kernel + 1) * this.#taps) - here);
  }

  #dot(position: number, kernel: number): number {
    const buffer = this.#buffer;
    const kernels = this.#kernels;
    const taps = this.#taps;
    let sum = 0;
    for (let i = 0; i < taps; i++) sum += (buffer[position + i] as number) * (kernels[kernel + i] as number);
    return sum;
  }
}

/**
 * The clip at another rate, all at once: about 5 ms of work for a second of sound, so not for long clips on the page's
 * thread. The same clip when it has the rate already.
 *
 * @throws {RunAnywhereError} `invalid-options` for a rate out of range.
 */
export function resampleClip(clip: AudioClip, sampleRateHz: number): AudioClip {
  if (clip.sampleRateHz === sampleRateHz) return clip;
  const resampler = new Resampler({ fromHz: clip.sampleRateHz, toHz: sampleRateHz });
  const output = new Float32Array(resampler.maxOutputSamples(clip.samples.length));
  const written = resampler.push(clip.samples, output);
  const total = written + resampler.flush(output.subarray(written));
  return { samples: output.slice(0, total), sampleRateHz, startMs: clip.startMs };
}

/** Kernel `p` reads the input at `p / phases` of a sample after the middle of its taps. Each sums to one: no ripple on a constant. */
function makeKernels(phases: number, halfTaps: number, cutoff: number): Float32Array<ArrayBuffer> {
  const taps = 2 * halfTaps;
  const beta = 0.1102 * (STOP_BAND_DB - 8.7);
  const kernels = new Float32Array((phases + 1) * taps);
  for (let phase = 0; phase <= phases; phase++) {
    const kernel = new Float64Array(taps);
    let sum = 0;
    for (let i = 0; i < taps; i++) {
      const x = i - (halfTaps - 1) - phase / phases;
      const edge = x / halfTaps;
      const window = Math.abs(edge) > 1 ? 0 : besselI0(beta * Math.sqrt(1 - edge * edge)) / besselI0(beta);
      const value = window * (x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x));
      kernel[i] = value;
      sum += value;
    }
    for (let i = 0; i < taps; i++) kernels[phase * taps + i] = (kernel[i] as number) / sum;
  }
  return kernels;
}

/** The modified Bessel function of the first kind and order zero, by its power series. */
function besselI0(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-12; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Whether a {@link Resampler} takes this rate: a whole number of hertz from 1 000 to 384 000. */
export function isUsableRate(rateHz: number): boolean {
  return Number.isInteger(rateHz) && rateHz >= 1000 && rateHz <= 384_000;
}

function checkRate(option: string, rateHz: number): void {
  if (isUsableRate(rateHz)) return;
  throw new RunAnywhereError('invalid-options', {
    option,
    reason: `${rateHz} is not a whole number of hertz from 1000 to 384000`,
  });
}

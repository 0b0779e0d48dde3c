import { Fft } from './fft.ts';
import { FRAME_BINS, FRAME_SAMPLES, HOP_SAMPLES } from './frames.ts';
import type { ComplexNoise } from './noise.ts';
import { pulseTrain } from './pulse-train.ts';

/** What the network says of the sound. The spectra hold all frames of the lowest frequency first: `[601 × frames]`. */
export interface SoundParts {
  readonly frameCount: number;
  /** Logarithm of the strength of the harmonics, and their phase as a share of half a turn before `tanh`. */
  readonly harmonicLevel: Float32Array;
  readonly harmonicPhase: Float32Array;
  /** Logarithm of the strength of the noise. */
  readonly noiseLevel: Float32Array;
  /** Logarithm of the strength of what is neither, and its phase in radians. */
  readonly freeLevel: Float32Array;
  readonly freePhase: Float32Array;
  /** In Hz, one for each frame. */
  readonly pitchHz: Float32Array;
}

/** Above this a logarithm of a level is a slip of the network. */
const MAX_LEVEL = 7;
/** Below this a part cannot be heard: all 601 frequencies together stay under -110 decibels. Most are, so it saves half the time. */
const INAUDIBLE_LEVEL = -10;
const HALF_FRAME = FRAME_SAMPLES / 2;
const OVERLAP = FRAME_SAMPLES / HOP_SAMPLES;

/**
 * Turns the network's spectra into sound: in each frame the spectrum of the pulse train is shaped, noise and a free part
 * are added, and the inverse transforms of all frames are overlapped and added. Two frames share one complex transform,
 * as its real and its imaginary part. Working arrays are made once; use one instance for one sound at a time.
 */
export class Vocoder {
  readonly #fft = new Fft(FRAME_SAMPLES);
  readonly #window: Float64Array = Float64Array.from(
    { length: FRAME_SAMPLES },
    (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / FRAME_SAMPLES),
  );
  readonly #re = new Float64Array(FRAME_SAMPLES);
  readonly #im = new Float64Array(FRAME_SAMPLES);
  readonly #outRe = new Float64Array(FRAME_SAMPLES);
  readonly #outIm = new Float64Array(FRAME_SAMPLES);

  /** The sound of all frames at 24 000 Hz, 300 samples each. Without `noise` the noisy part is left out. */
  render(parts: SoundParts, noise: ComplexNoise | undefined): Float32Array<ArrayBuffer> {
    const { frameCount } = parts;
    const pulses = pulseTrain(parts.pitchHz);
    const sum = new Float64Array((frameCount + OVERLAP) * HOP_SAMPLES);
    for (let frame = 0; frame < frameCount; frame += 2) {
      this.#analyse(pulses, frame);
      this.#shape(parts, noise, frame);
      this.#fft.inverse(this.#outRe, this.#outIm);
      this.#overlap(sum, this.#outRe, frame);
      if (frame + 1 < frameCount) this.#overlap(sum, this.#outIm, frame + 1);
    }
    return this.#levelled(sum, frameCount);
  }

  /** The spectra of the pulses around two frames, packed into one. */
  #analyse(pulses: Float32Array, frame: number): void {
    const scale = 1 / (FRAME_SAMPLES / 4); // The peak of a cosine of strength 1 in a Hann window.
    for (let index = 0; index < FRAME_SAMPLES; index += 1) {
      const weight = (this.#window[index] as number) * scale;
      const at = frame * HOP_SAMPLES + index - HALF_FRAME;
      this.#re[index] = weight * mirrored(pulses, at);
      this.#im[index] = weight * mirrored(pulses, at + HOP_SAMPLES);
    }
    this.#fft.forward(this.#re, this.#im);
  }

  /** Unpacks both spectra, shapes each, and packs them again for the way back. */
  #shape(parts: SoundParts, noise: ComplexNoise | undefined, frame: number): void {
    const { frameCount } = parts;
    const [re, im] = [this.#re, this.#im];
    const second = frame + 1 < frameCount ? frame + 1 : -1;
    for (let bin = 0; bin < FRAME_BINS; bin += 1) {
      const opposite = bin === 0 ? 0 : FRAME_SAMPLES - bin;
      const [sumRe, sumIm] = [re[bin] as number, im[bin] as number];
      const [mirrorRe, mirrorIm] = [re[opposite] as number, im[opposite] as number];
      const row = bin * frameCount;
      shapeBin(parts, noise, row + frame, (sumRe + mirrorRe) / 2, (sumIm - mirrorIm) / 2);
      const [firstRe, firstIm] = [shaped.re, shaped.im];
      if (second < 0) shaped.re = shaped.im = 0;
      else shapeBin(parts, noise, row + second, (sumIm + mirrorIm) / 2, (mirrorRe - sumRe) / 2);
      const edge = bin === 0 || bin === HALF_FRAME;
      if (edge) {
        // The ends of a real sound's spectrum are real.
        this.#outRe[bin] = firstRe;
        this.#outIm[bin] = shaped.re;
        continue;
      }
      this.#outRe[bin] = firstRe - shaped.im;
      this.#outIm[bin] = firstIm + shaped.re;
      this.#outRe[opposite] = firstRe + shaped.im;
      this.#outIm[opposite] = shaped.re - firstIm;
    }
  }

  #overlap(sum: Float64Array, frameSamples: Float64Array, frame: number): void {
    const start = frame * HOP_SAMPLES;
    for (let index = 0; index < FRAME_SAMPLES; index += 1) {
      sum[start + index] =
        (sum[start + index] as number) + (this.#window[index] as number) * (frameSamples[index] as number);
    }
  }

  /** Without the half frames at both ends, divided by how much window lies over each sample. */
  #levelled(sum: Float64Array, frameCount: number): Float32Array<ArrayBuffer> {
    const sound = new Float32Array(frameCount * HOP_SAMPLES);
    for (let index = 0; index < sound.length; index += 1) {
      const at = index + HALF_FRAME;
      const lastFrame = Math.min(frameCount - 1, Math.floor(at / HOP_SAMPLES));
      const firstFrame = Math.max(0, Math.floor(at / HOP_SAMPLES) - OVERLAP + 1);
      let weight = 0;
      for (let frame = firstFrame; frame <= lastFrame; frame += 1) {
        weight += (this.#window[at - frame * HOP_SAMPLES] as number) ** 2;
      }
      sound[index] = (sum[at] as number) / (FRAME_SAMPLES * Math.max(weight, 1e-11));
    }
    return sound;
  }
}

/** The result of {@link shapeBin}: an object made once, since millions of them would be made for a minute of speech. */
const shaped = { re: 0, im: 0 };

function shapeBin(
  parts: SoundParts,
  noise: ComplexNoise | undefined,
  at: number,
  pulseRe: number,
  pulseIm: number,
): void {
  shaped.re = 0;
  shaped.im = 0;
  const harmonicLevel = parts.harmonicLevel[at] as number;
  if (harmonicLevel > INAUDIBLE_LEVEL && (pulseRe !== 0 || pulseIm !== 0)) {
    const strength = level(harmonicLevel);
    const turn = Math.PI * Math.tanh(parts.harmonicPhase[at] as number);
    const cos = strength * Math.cos(turn);
    const sin = strength * Math.sin(turn);
    shaped.re = pulseRe * cos - pulseIm * sin;
    shaped.im = pulseRe * sin + pulseIm * cos;
  }
  const freeLevel = parts.freeLevel[at] as number;
  if (freeLevel > INAUDIBLE_LEVEL) {
    const strength = level(freeLevel);
    const phase = parts.freePhase[at] as number;
    shaped.re += strength * Math.cos(phase);
    shaped.im += strength * Math.sin(phase);
  }
  const noiseLevel = parts.noiseLevel[at] as number;
  if (noise && noiseLevel > INAUDIBLE_LEVEL) {
    const strength = level(noiseLevel);
    noise.next();
    shaped.re += strength * noise.re;
    shaped.im += strength * noise.im;
  }
}

function level(logarithm: number): number {
  return Math.exp(Math.min(logarithm, MAX_LEVEL));
}

/** The sample at any place, the sound mirrored at both ends. */
function mirrored(samples: Float32Array, at: number): number {
  const last = samples.length - 1;
  let place = at < 0 ? -at : at;
  if (place > last) place = 2 * last - place;
  return samples[place] ?? 0;
}

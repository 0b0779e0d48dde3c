const FRAME_MS = 20;
/** A pause between words is at least this long. */
const PAUSE_FRAMES = 10;

/** How long the stretches of {@link splitAtPauses} are. */
export interface SplitLimits {
  /** No stretch but the last is shorter. */
  readonly minStretchMs: number;
  /** No stretch is longer. */
  readonly maxStretchMs: number;
}

/**
 * Cuts long audio into stretches a model can take. Every sample is in exactly one stretch, and cuts lie where 200 ms are
 * quietest, so that words stay whole. Audio up to `maxStretchMs` is one stretch.
 */
export function splitAtPauses(
  samples: Float32Array<ArrayBuffer>,
  sampleRateHz: number,
  { minStretchMs, maxStretchMs }: SplitLimits,
): Float32Array<ArrayBuffer>[] {
  const frameSamples = (sampleRateHz * FRAME_MS) / 1000;
  const maxSamples = (sampleRateHz * maxStretchMs) / 1000;
  const minSamples = (sampleRateHz * minStretchMs) / 1000;
  const stretches: Float32Array<ArrayBuffer>[] = [];
  let rest = samples;
  while (rest.length > maxSamples) {
    // The last stretch should not be a crumb, which the model would hear out of its context.
    const latest = Math.min(maxSamples, Math.max(minSamples, rest.length - minSamples));
    const cut = quietestPoint(rest.subarray(minSamples, latest), frameSamples) + minSamples;
    stretches.push(rest.subarray(0, cut));
    rest = rest.subarray(cut);
  }
  stretches.push(rest);
  return stretches;
}

/** The middle of the quietest pause. */
function quietestPoint(samples: Float32Array, frameSamples: number): number {
  const energies: number[] = [];
  for (let start = 0; start + frameSamples <= samples.length; start += frameSamples) {
    let energy = 0;
    for (let i = start; i < start + frameSamples; i += 1) energy += (samples[i] ?? 0) ** 2;
    energies.push(energy);
  }
  let quietest = Number.POSITIVE_INFINITY;
  let middle = 0;
  for (let first = 0; first + PAUSE_FRAMES <= energies.length; first += 1) {
    const energy = energies.slice(first, first + PAUSE_FRAMES).reduce((sum, value) => sum + value, 0);
    if (energy < quietest) {
      quietest = energy;
      middle = first + PAUSE_FRAMES / 2;
    }
  }
  return middle * frameSamples;
}

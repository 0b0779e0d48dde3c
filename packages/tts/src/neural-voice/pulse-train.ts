import { HOP_SAMPLES, SAMPLE_RATE_HZ } from './frames.ts';

/** Frames whose pitch is below this, in Hz, are unvoiced. */
const LOWEST_PITCH_HZ = 40;
/** The highest harmonic, in Hz. */
const BAND_HZ = 11_000;

/**
 * The buzz of the vocal folds: at the pitch of each moment, all harmonics below 11 kHz with equal strength, and silence
 * where there is no voice. A sum of N cosines is `sin((N+½)t) / (2·sin(t/2)) − ½` (Dirichlet's kernel).
 *
 * @param pitchHz One value for each frame.
 * @returns 300 samples for each frame, at 24 000 Hz.
 */
export function pulseTrain(pitchHz: Float32Array): Float32Array {
  const frames = pitchHz.length;
  const pulses = new Float32Array(frames * HOP_SAMPLES);
  let cycles = 0;
  for (let index = 0; index < pulses.length; index += 1) {
    const pitch = pitchAt(pitchHz, (index + 0.5) / HOP_SAMPLES - 0.5);
    const voicedPitch = Math.max(pitch, LOWEST_PITCH_HZ);
    cycles += voicedPitch / SAMPLE_RATE_HZ;
    cycles -= Math.floor(cycles);
    if (pitch <= LOWEST_PITCH_HZ) continue;
    const phase = 2 * Math.PI * cycles;
    const harmonics = Math.floor(BAND_HZ / voicedPitch) + 0.5;
    const divisor = 2 * Math.sin(phase / 2);
    pulses[index] = (Math.abs(divisor) <= 2e-3 ? harmonics : Math.sin(harmonics * phase) / divisor) - 0.5;
  }
  return pulses;
}

/** The pitch between the middles of two frames, on a straight line. */
function pitchAt(pitchHz: Float32Array, position: number): number {
  const last = pitchHz.length - 1;
  const left = Math.floor(position);
  const share = position - left;
  const before = pitchHz[Math.max(0, left)] as number;
  const after = pitchHz[Math.min(last, left + 1)] as number;
  return before * (1 - share) + after * share;
}

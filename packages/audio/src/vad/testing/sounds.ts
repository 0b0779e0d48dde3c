/** Three seconds each, at 16 kHz, of what is not speech; the same every time. */
export interface SoundsWithoutSpeech {
  readonly silence: Float32Array;
  readonly hiss: Float32Array;
  /** 50 Hz, as from a bad cable. */
  readonly hum: Float32Array;
  /** A single sample at full level, five times a second. */
  readonly clicks: Float32Array;
  /** Noise at full level. */
  readonly roar: Float32Array;
}

const RATE_HZ = 16_000;
const SAMPLES = 3 * RATE_HZ;

/** Makes them. */
export function soundsWithoutSpeech(): SoundsWithoutSpeech & Record<string, Float32Array> {
  let seed = 1;
  const noise = Float32Array.from({ length: SAMPLES }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed / 1_073_741_824 - 1;
  });
  return {
    silence: new Float32Array(SAMPLES),
    hiss: noise.map((sample) => 0.02 * sample),
    hum: noise.map((_, i) => 0.1 * Math.sin((2 * Math.PI * 50 * i) / RATE_HZ)),
    clicks: noise.map((_, i) => (i % (RATE_HZ / 5) === 0 ? 1 : 0)),
    roar: noise,
  };
}

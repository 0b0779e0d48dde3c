/** Mono PCM: the only shape in which audio crosses a package border. */
export interface AudioClip {
  /** Samples between -1 and 1. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** Samples per second. Speech models in this SDK take 16 000. */
  readonly sampleRateHz: number;
  /** When the first sample was captured, in milliseconds on the `performance.now()` clock. 0 where nothing was captured. */
  readonly startMs: number;
}

/** How long a clip lasts, in milliseconds. */
export function clipDurationMs(clip: Pick<AudioClip, 'samples' | 'sampleRateHz'>): number {
  return (clip.samples.length * 1000) / clip.sampleRateHz;
}

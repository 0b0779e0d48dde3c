/** The rate of the voice, in samples per second. */
export const SAMPLE_RATE_HZ = 24_000;
/** Samples from one frame to the next: 12.5 ms. */
export const HOP_SAMPLES = 300;
/** Samples that one frame's spectrum covers. */
export const FRAME_SAMPLES = 1200;
/** Frequencies of one frame, from 0 to 12 kHz. */
export const FRAME_BINS: number = FRAME_SAMPLES / 2 + 1;

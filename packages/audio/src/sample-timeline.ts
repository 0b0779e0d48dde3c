/** A place in a stream whose time is known. */
interface Anchor {
  readonly index: number;
  readonly timeMs: number;
}

/** Time and samples drift apart by parts of a thousandth; only a step as large as this is taken for a break. */
const TOLERANCE_MS = 20;
/** Breaks are rare; this many are remembered. */
const MAX_ANCHORS = 256;

/** Tells when each sample of a stream was captured, also where the stream had breaks. */
export class SampleTimeline {
  readonly #sampleRateHz: number;
  readonly #anchors: Anchor[] = [];

  constructor(sampleRateHz: number) {
    this.#sampleRateHz = sampleRateHz;
  }

  /** The sample at `index` was captured at `timeMs`. Places come in rising order. */
  mark(index: number, timeMs: number): void {
    const expectedMs = this.timeOf(index);
    if (expectedMs !== undefined && Math.abs(expectedMs - timeMs) < TOLERANCE_MS) return;
    if (this.#anchors.length === MAX_ANCHORS) this.#anchors.shift();
    this.#anchors.push({ index, timeMs });
  }

  /** When the sample at `index` was captured, in milliseconds; `undefined` before the first mark. */
  timeOf(index: number): number | undefined {
    const anchor = this.#anchors.findLast((candidate) => candidate.index <= index) ?? this.#anchors[0];
    return anchor && anchor.timeMs + ((index - anchor.index) * 1000) / this.#sampleRateHz;
  }
}

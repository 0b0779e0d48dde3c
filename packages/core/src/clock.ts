/** Time as a thing one is given, so that a test can hold an hour in a millisecond. */
export interface Clock {
  /** Milliseconds on the `performance.now()` clock. */
  now(): number;
  /** Calls back once after `delayMs`. Returns the function that cancels it. */
  schedule(callback: () => void, delayMs: number): () => void;
}

/** The real clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  schedule(callback, delayMs) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

// What the worklets and the rest say to each other. Types only: a worklet is one file that imports nothing.

/** The names under which the worklets register themselves. */
export type CaptureWorkletName = 'runanywhere-capture';
/** The name under which the playback worklet registers itself. */
export type PlaybackWorkletName = 'runanywhere-playback';

/** Page to capture worklet. */
export type CaptureCommand =
  /** Frames go to `port` from now on. */
  | { readonly type: 'connect'; readonly port: MessagePort }
  /** Frame 0 of the context stands for this time, in milliseconds on the page's `performance.now()` clock. */
  | { readonly type: 'clock'; readonly originMs: number };

/** Capture worklet to page. */
export type CaptureReport =
  | { readonly type: 'ready' }
  /** The device runs: its first sample that is not 0 came in this frame of the context. After 0.06 s of zeros, the frame behind them. */
  | { readonly type: 'first-frame'; readonly frame: number };

/** Capture worklet to whoever hears, usually an audio worker: one piece of mono sound. */
export interface CaptureBatch {
  readonly type: 'audio';
  /** At least 10 ms. To be sent back as {@link CaptureRelease}: its buffer is needed again. */
  readonly samples: Float32Array<ArrayBuffer>;
  readonly sampleRateHz: number;
  /** The context's frame number of the first sample. */
  readonly frame: number;
  /** When the first sample was captured, in milliseconds on the page's `performance.now()` clock. */
  readonly startMs: number;
  /** Samples that were dropped right before this batch, because nobody had sent buffers back. */
  readonly droppedSamples: number;
}

/** The answer to a {@link CaptureBatch}. */
export interface CaptureRelease {
  readonly type: 'release';
  readonly samples: Float32Array<ArrayBuffer>;
}

/** Page to playback worklet. */
export type PlaybackCommand =
  /** Plays behind everything that was queued. */
  | { readonly type: 'enqueue'; readonly samples: Float32Array<ArrayBuffer> }
  /** Drops what was queued, with a fade; `fade: false` at once, for a context that does not run. */
  | { readonly type: 'stop'; readonly fade: boolean };

/** Playback worklet to page: a run of sound without gaps began or ended. */
export interface PlaybackReport {
  /** `'ended'`: nothing was left to play. `'stopped'`: the rest was dropped; comes without `started` when nothing had left. */
  readonly type: 'started' | 'ended' | 'stopped';
  /** The context's frame of the first sample, or the one behind the last. */
  readonly frame: number;
  /** Samples of the run that were rendered. */
  readonly playedSamples: number;
  /** Samples of the run that were dropped. */
  readonly droppedSamples: number;
}

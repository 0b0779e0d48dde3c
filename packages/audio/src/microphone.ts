import { Emitter, RunAnywhereError, type SpeechInputEvents, toRunAnywhereError } from '@runanywhere/core';
import { CaptureGraph } from './capture-graph.ts';
import { getMicrophone, type MicrophoneConstraints, requireMicrophoneAccess } from './get-microphone.ts';

/** How a {@link Microphone} works. */
export interface MicrophoneOptions extends MicrophoneConstraints {
  /**
   * Gives one end of a new channel, to be moved to the audio thread; hear the other with {@link receiveCapture}, in a
   * worker. Called once for every opening, and again when the audio system has to be built anew in between.
   */
  readonly connect: () => MessagePort;
  /** Where `capture.worklet.js` lies, for a page that serves it elsewhere. @defaultValue beside this module */
  readonly workletUrl?: string | URL;
  /** Called when the browser holds sound back until a click, tap or key; it goes on by itself after one. */
  readonly onBlocked?: () => void;
  /** How long {@link Microphone.open} waits for that gesture, in milliseconds. @defaultValue 30000 */
  readonly gestureTimeoutMs?: number;
}

/** What a {@link Microphone} tells. */
export type MicrophoneEvents = Pick<SpeechInputEvents, 'microphone-open' | 'error'>;

/** Everything that one opening holds. */
interface Opening {
  readonly controller: AbortController;
  /** Resolves with the time of the first sound. */
  readonly firstFrame: Promise<number>;
  readonly heard: (atMs: number) => void;
  graph: CaptureGraph | undefined;
  stream: MediaStream | undefined;
  opened: Promise<void> | undefined;
}

/**
 * The microphone, with its sound going straight from the audio thread to a worker. Context and worklet are made before
 * the person is asked, so nothing said after the answer is lost. `error` tells `mic-lost` when the microphone goes
 * away; everything is closed then, and `open` may be called again.
 */
export class Microphone {
  readonly events: Emitter<MicrophoneEvents> = new Emitter();
  readonly #options: MicrophoneOptions;
  #prepared: Promise<CaptureGraph> | undefined;
  #opening: Opening | undefined;
  #closing: Promise<void> = Promise.resolve();
  #muted = false;

  constructor(options: MicrophoneOptions) {
    this.#options = options;
  }

  /** Whether sound flows, or is about to. */
  get isOpen(): boolean {
    return this.#opening !== undefined;
  }

  /**
   * Makes context and worklet; asks nobody. Optional: `open` does it too. Calling it again is free.
   *
   * @throws {RunAnywhereError} `insecure-context`, `permissions-policy`, `audio-unsupported`, `worker-unavailable`.
   */
  async prepare(): Promise<void> {
    await this.#prepare();
  }

  /**
   * Asks for the microphone and resolves with the first sound. Calls at the same time share one opening.
   *
   * @throws {RunAnywhereError} `mic-denied`, `mic-missing`, `mic-busy`, `insecure-context`, `permissions-policy`,
   * `audio-unsupported`, `audio-blocked` (no gesture came), `worker-unavailable`, `disposed` (closed meanwhile).
   */
  open({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#opening?.opened) return this.#opening.opened;
    const opening = makeOpening();
    this.#opening = opening;
    const abort = (): void => void this.#end(opening, signal?.reason);
    signal?.addEventListener('abort', abort);
    opening.opened = this.#open(opening)
      .catch(async (error: unknown) => {
        // What was aborted already keeps its first reason.
        await this.#end(opening, toRunAnywhereError(error, 'microphone'));
        throw opening.controller.signal.reason;
      })
      .finally(() => signal?.removeEventListener('abort', abort));
    return opening.opened;
  }

  /** Muted, the microphone gives silence and stays open. Also holds for later openings. */
  setMuted(muted: boolean): void {
    this.#muted = muted;
    for (const track of this.#opening?.stream?.getTracks() ?? []) track.enabled = !muted;
  }

  /** Stops the microphone and closes the context, in whatever state it is. Resolves when both are gone. */
  async close(): Promise<void> {
    if (this.#opening)
      void this.#end(this.#opening, new RunAnywhereError('disposed', { what: 'The microphone' }));
    this.#discardPrepared();
    await this.#closing;
  }

  async #open(opening: Opening): Promise<void> {
    const { signal } = opening.controller;
    const aborted = new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason));
    });
    aborted.catch(() => undefined); // Only those who race it hear of it.
    const preparing = this.#prepare();
    const graph = await Promise.race([preparing, aborted]);
    signal.throwIfAborted();
    this.#prepared = undefined; // From here on the graph belongs to this opening.
    opening.graph = graph;

    const askedMs = performance.now();
    const asking = getMicrophone(this.#options);
    asking.then((stream) => signal.aborted && stopTracks(stream)).catch(() => undefined);
    const stream = await Promise.race([asking, aborted]);
    signal.throwIfAborted();
    opening.stream = stream;
    this.#watch(opening, stream);
    graph.firstFrame.then(opening.heard);
    graph.connect(stream);
    await graph.keeper.untilRunning(this.#options.gestureTimeoutMs ?? 30_000, signal);
    const atMs = await Promise.race([opening.firstFrame, aborted]);
    this.events.emit('microphone-open', { atMs, firstFrameMs: atMs - askedMs });
  }

  #watch(opening: Opening, stream: MediaStream): void {
    for (const track of stream.getAudioTracks()) {
      track.enabled = !this.#muted;
      track.addEventListener('ended', () => this.#lose(opening, new RunAnywhereError('mic-lost', {})));
    }
  }

  #lose(opening: Opening, error: RunAnywhereError): void {
    if (this.#opening !== opening) return;
    void this.#end(opening, error);
    this.events.emit('error', error);
  }

  async #prepare(): Promise<CaptureGraph> {
    requireMicrophoneAccess();
    this.#prepared ??= this.#makeGraph();
    const prepared = this.#prepared;
    try {
      return await prepared;
    } catch (error) {
      if (this.#prepared === prepared) this.#prepared = undefined; // The next call tries afresh.
      throw error;
    }
  }

  #makeGraph(): Promise<CaptureGraph> {
    return CaptureGraph.make({
      workletUrl: this.#options.workletUrl ?? new URL('./capture.worklet.ts', import.meta.url),
      port: this.#options.connect(),
      onBlocked: () => this.#options.onBlocked?.(),
      onStalled: () => void this.#rebuild(),
    });
  }

  /** The audio system stands still (a driver was lost, the machine slept): a new context goes on with the same microphone. */
  async #rebuild(): Promise<void> {
    const opening = this.#opening;
    if (!opening?.graph || !opening.stream) return;
    const stalled = opening.graph;
    opening.graph = undefined;
    try {
      const graph = await this.#makeGraph();
      if (this.#opening !== opening) return await graph.close();
      opening.graph = graph;
      graph.firstFrame.then(opening.heard);
      graph.connect(opening.stream);
    } catch (cause) {
      this.#lose(opening, new RunAnywhereError('mic-lost', {}, { cause }));
    } finally {
      await stalled.close();
    }
  }

  #end(opening: Opening, reason: unknown): Promise<void> {
    opening.controller.abort(reason);
    if (this.#opening === opening) this.#opening = undefined;
    const { graph, stream } = opening;
    opening.graph = undefined;
    opening.stream = undefined;
    if (stream) stopTracks(stream);
    this.#closing = Promise.all([this.#closing, graph?.close()]).then(() => undefined);
    return this.#closing;
  }

  #discardPrepared(): void {
    const prepared = this.#prepared;
    this.#prepared = undefined;
    const closed = prepared?.then(
      (graph) => graph.close(),
      () => undefined, // It was never made.
    );
    this.#closing = Promise.all([this.#closing, closed]).then(() => undefined);
  }
}

function makeOpening(): Opening {
  let heard: (atMs: number) => void = () => undefined;
  const firstFrame = new Promise<number>((resolve) => {
    heard = resolve;
  });
  return {
    controller: new AbortController(),
    firstFrame,
    heard,
    graph: undefined,
    stream: undefined,
    opened: undefined,
  };
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

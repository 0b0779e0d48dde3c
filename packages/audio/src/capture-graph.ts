import { addWorklet, makeAudioContext } from './audio-context.ts';
import { ContextClock } from './context-clock.ts';
import { ContextKeeper } from './context-keeper.ts';
import type { CaptureCommand, CaptureReport, CaptureWorkletName } from './worklet-messages.ts';

/** What a {@link CaptureGraph} is made of. */
export interface CaptureGraphOptions {
  /** Where `capture.worklet.js` lies. */
  readonly workletUrl: string | URL;
  /** Where frames go; it is moved to the audio thread. */
  readonly port: MessagePort;
  readonly onBlocked: () => void;
  /** The context says that it runs, and its time stands still. */
  readonly onStalled: () => void;
}

const NAME: CaptureWorkletName = 'runanywhere-capture';
const LOOK_EVERY_MS = 100;
const STALLED_AFTER_LOOKS = 30;
/** A processor that has not said so by then is taken to be ready: an audio thread that stands still cannot say it. */
const READY_WITHIN_MS = 500;

/** An audio context with the capture worklet in it, which a microphone's stream can be connected to at any moment. */
export class CaptureGraph {
  readonly keeper: ContextKeeper;
  /** Resolves with the time of the first sound, in milliseconds on the `performance.now()` clock. */
  readonly firstFrame: Promise<number>;
  readonly #context: AudioContext;
  readonly #node: AudioWorkletNode;
  readonly #clock = new ContextClock();
  readonly #onStalled: () => void;
  readonly #ready: Promise<void>;
  #closed: Promise<void> | undefined;
  #source: MediaStreamAudioSourceNode | undefined;
  readonly #timer: ReturnType<typeof setInterval>;
  #sentOriginMs = Number.NaN;
  #lastContextMs = -1;
  #looksAtSameTime = 0;

  /** @throws {RunAnywhereError} `audio-unsupported`, `insecure-context`, `worker-unavailable`. */
  static async make(options: CaptureGraphOptions): Promise<CaptureGraph> {
    const context = makeAudioContext({ latencyHint: 'interactive' });
    try {
      await addWorklet(context, 'capture', options.workletUrl);
      const graph = new CaptureGraph(context, options);
      await graph.#ready;
      return graph;
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  private constructor(context: AudioContext, options: CaptureGraphOptions) {
    this.#context = context;
    this.#onStalled = options.onStalled;
    this.keeper = new ContextKeeper({
      context,
      onBlocked: options.onBlocked,
      onRunning: () => this.#run(),
    });
    this.#node = new AudioWorkletNode(context, NAME, { numberOfInputs: 1, numberOfOutputs: 1 });
    const heard = reports(this.#node.port);
    this.#ready = Promise.race([
      heard.ready,
      new Promise<void>((resolve) => setTimeout(resolve, READY_WITHIN_MS)),
    ]);
    this.firstFrame = heard.firstFrame.then(
      (frame) => this.#clock.originMs + (frame * 1000) / context.sampleRate,
    );
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#command({ type: 'connect', port: options.port }, [options.port]);
    // Its output is silence; connected, the node is driven in every browser.
    this.#node.connect(context.destination);
  }

  /** The context's own rate, at which frames come. */
  get sampleRateHz(): number {
    return this.#context.sampleRate;
  }

  /** Lets a microphone in; frames flow as soon as the context runs. */
  connect(stream: MediaStream): void {
    this.#source = this.#context.createMediaStreamSource(stream);
    this.keeper.keep();
  }

  /** Closes the context. The stream is the caller's. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    this.keeper.release();
    this.#source?.disconnect();
    this.#node.disconnect();
    this.#node.port.close();
    await this.#context.close();
  }

  /** The context begins to run. Sound is let in only now, when its time is known. */
  #run(): void {
    this.#clock.reset();
    this.#look();
    this.#source?.connect(this.#node);
  }

  /** Compares the clocks, tells the worklet, and notices a context that stands still. */
  #look(): void {
    const contextMs = this.#context.currentTime * 1000;
    if (this.#context.state !== 'running') return;
    this.#looksAtSameTime = contextMs === this.#lastContextMs ? this.#looksAtSameTime + 1 : 0;
    this.#lastContextMs = contextMs;
    if (this.#looksAtSameTime === STALLED_AFTER_LOOKS) {
      this.#looksAtSameTime = 0;
      this.#onStalled();
      return;
    }
    if (this.#looksAtSameTime > 0) return;
    this.#clock.add(contextMs, performance.now());
    if (this.#clock.originMs === this.#sentOriginMs) return;
    this.#sentOriginMs = this.#clock.originMs;
    this.#command({ type: 'clock', originMs: this.#sentOriginMs });
  }

  #command(command: CaptureCommand, transfer: Transferable[] = []): void {
    this.#node.port.postMessage(command, transfer);
  }
}

function reports(port: MessagePort): { ready: Promise<void>; firstFrame: Promise<number> } {
  let setReady: () => void = () => undefined;
  let setFirstFrame: (frame: number) => void = () => undefined;
  const ready = new Promise<void>((resolve) => {
    setReady = resolve;
  });
  const firstFrame = new Promise<number>((resolve) => {
    setFirstFrame = resolve;
  });
  port.onmessage = ({ data }: MessageEvent<CaptureReport>) => {
    if (data.type === 'ready') setReady();
    else setFirstFrame(data.frame);
  };
  return { ready, firstFrame };
}

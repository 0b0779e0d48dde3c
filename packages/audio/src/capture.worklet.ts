import type {
  CaptureBatch,
  CaptureCommand,
  CaptureRelease,
  CaptureReport,
  CaptureWorkletName,
} from './worklet-messages.ts';

// The audio thread’s globals, which TypeScript’s DOM library does not know.
declare const currentFrame: number;
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: CaptureWorkletName, processor: unknown): void;

const QUANTUM_SAMPLES = 128;
const MIN_BATCH_SECONDS = 0.01;
/** After so much of nothing but zeros they count as sound. The devices tried here gave none for about 0.02 s. */
const ZEROS_SECONDS = 0.06;
/** How long the receiver may be held up (by a model that compiles, say) before a sample is lost. */
const POOL_SECONDS = 30;

/** A batch whose fields are written again for each message: posting copies it. */
type ReusedBatch = { -readonly [K in keyof CaptureBatch]: CaptureBatch[K] };

/**
 * Mixes its input to mono and posts it in batches of at least 10 ms to the port that it was given. Everything is made in
 * the constructor: the buffers of a pool wander to the receiver and back by transfer, the message object is used
 * again. `process` allocates nothing itself; what remains is the browser's own envelope around each posted batch.
 * When the receiver has sent no buffer back for 30 s, sound is dropped, and the next batch says how much.
 */
class CaptureProcessor extends AudioWorkletProcessor {
  readonly #batchSamples: number =
    Math.ceil((MIN_BATCH_SECONDS * sampleRate) / QUANTUM_SAMPLES) * QUANTUM_SAMPLES;
  readonly #poolSize: number = Math.ceil((POOL_SECONDS * sampleRate) / this.#batchSamples);
  /** A stack: the first `#poolFilled` places hold buffers. */
  readonly #pool: (Float32Array<ArrayBuffer> | undefined)[] = new Array(this.#poolSize);
  #poolFilled = 0;
  #batch: Float32Array<ArrayBuffer> | undefined;
  #batchFilled = 0;
  #receiver: MessagePort | undefined;
  #originMs = 0;
  #droppedSamples = 0;
  #hearing = false;
  #firstFrame = -1;
  readonly #message: ReusedBatch;
  readonly #transfer: Transferable[] = [];

  constructor() {
    super();
    for (let i = 0; i < this.#poolSize; i++) this.#pool[i] = new Float32Array(this.#batchSamples);
    this.#poolFilled = this.#poolSize;
    const samples = this.#take() as Float32Array<ArrayBuffer>;
    this.#batch = samples;
    this.#message = {
      type: 'audio',
      samples,
      sampleRateHz: sampleRate,
      frame: 0,
      startMs: 0,
      droppedSamples: 0,
    };
    this.port.onmessage = (event: MessageEvent<CaptureCommand>) => this.#obey(event.data);
    this.#report({ type: 'ready' });
  }

  /** Called by the browser for each 128 samples. Runs on the audio thread, allocates nothing. */
  process(inputs: readonly (readonly Float32Array[])[]): boolean {
    const channels = inputs[0];
    const first = channels?.[0];
    if (!channels || !first) return true;
    if (!this.#hearing) this.#listenFor(first);
    let taken = 0;
    while (taken < first.length) {
      this.#batch ??= this.#take();
      if (!this.#batch) {
        this.#droppedSamples += first.length - taken;
        return true;
      }
      const count = Math.min(first.length - taken, this.#batchSamples - this.#batchFilled);
      if (this.#batchFilled === 0) this.#message.frame = currentFrame + taken;
      mix(channels, taken, count, this.#batch, this.#batchFilled);
      this.#batchFilled += count;
      taken += count;
      if (this.#batchFilled === this.#batchSamples) this.#post(this.#batch);
    }
    return true;
  }

  /** Browsers fill up with zeros while a device starts: the first sample that is none says that it runs. */
  #listenFor(samples: Float32Array): void {
    if (this.#firstFrame < 0) this.#firstFrame = currentFrame;
    let frame = -1;
    for (let i = 0; i < samples.length && frame < 0; i++) if (samples[i] !== 0) frame = currentFrame + i;
    // A device that runs and gives zeros (muted, or a very good noise gate) cannot be told from one that starts: the
    // present frame is the latest at which it may have begun, so the gap is rather told too long than too short.
    if (frame < 0 && currentFrame - this.#firstFrame >= ZEROS_SECONDS * sampleRate) frame = currentFrame;
    if (frame < 0) return;
    this.#hearing = true;
    this.#report({ type: 'first-frame', frame });
  }

  #post(samples: Float32Array<ArrayBuffer>): void {
    this.#batchFilled = 0;
    if (!this.#receiver) return; // Nobody hears yet: the same buffer is filled again.
    const message = this.#message;
    message.samples = samples;
    message.startMs = this.#originMs + (message.frame * 1000) / sampleRate;
    message.droppedSamples = this.#droppedSamples;
    this.#transfer[0] = samples.buffer;
    this.#receiver.postMessage(message, this.#transfer);
    this.#droppedSamples = 0;
    this.#batch = undefined;
  }

  #take(): Float32Array<ArrayBuffer> | undefined {
    if (this.#poolFilled === 0) return undefined;
    this.#poolFilled -= 1;
    const samples = this.#pool[this.#poolFilled];
    this.#pool[this.#poolFilled] = undefined;
    return samples;
  }

  #release({ samples }: CaptureRelease): void {
    if (this.#poolFilled === this.#poolSize || samples.length !== this.#batchSamples) return;
    this.#pool[this.#poolFilled] = samples;
    this.#poolFilled += 1;
  }

  #obey(command: CaptureCommand): void {
    if (command.type === 'clock') {
      this.#originMs = command.originMs;
      return;
    }
    this.#receiver = command.port;
    this.#receiver.onmessage = (event: MessageEvent<CaptureRelease>) => this.#release(event.data);
  }

  #report(report: CaptureReport): void {
    this.port.postMessage(report);
  }
}

/** Writes the mean of all channels. */
function mix(
  channels: readonly Float32Array[],
  from: number,
  count: number,
  target: Float32Array,
  to: number,
): void {
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (let channel = 0; channel < channels.length; channel++) {
      sum += (channels[channel] as Float32Array)[from + i] as number;
    }
    target[to + i] = sum / channels.length;
  }
}

registerProcessor('runanywhere-capture', CaptureProcessor);

import type { PlaybackCommand, PlaybackReport, PlaybackWorkletName } from './worklet-messages.ts';

// The audio thread’s globals, which TypeScript’s DOM library does not know.
declare const currentFrame: number;
declare const sampleRate: number;
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: PlaybackWorkletName, processor: unknown): void;

/** Too short to be heard as one, long enough not to click. */
const FADE_SECONDS = 0.005;

type ReusedReport = { -readonly [K in keyof PlaybackReport]: PlaybackReport[K] };

/**
 * Plays a queue of clips without gaps and counts each sample that leaves. A stop fades out over 5 ms of what would have
 * come. Only the message handler grows the queue; `process` allocates nothing itself, it writes into the browser's
 * buffers and posts one reused report when a run of sound begins and one when it ends. In between no sample is missing, so
 * the page can tell from the context's time how much has left.
 */
class PlaybackProcessor extends AudioWorkletProcessor {
  readonly #fadeSamples: number = Math.ceil(FADE_SECONDS * sampleRate);
  readonly #queue: (Float32Array | undefined)[] = [];
  /** The clip that plays, and the next sample in it. */
  #head = 0;
  #offset = 0;
  #playedSamples = 0;
  #droppedSamples = 0;
  #playing = false;
  /** How many samples of a fade are left; the clips before `#fadeEnd` are dropped after it. */
  #fadeLeft = 0;
  #fadeEnd = 0;
  readonly #message: ReusedReport = { type: 'started', frame: 0, playedSamples: 0, droppedSamples: 0 };

  constructor() {
    super();
    this.port.onmessage = (event: MessageEvent<PlaybackCommand>) => this.#obey(event.data);
  }

  /** Called by the browser for each 128 samples. Runs on the audio thread, allocates nothing. */
  process(_inputs: unknown, outputs: readonly (readonly Float32Array[])[]): boolean {
    const output = outputs[0]?.[0];
    if (!output) return true;
    let written = 0;
    while (written < output.length && this.#head < this.#queue.length) {
      if (!this.#playing) this.#start(written);
      written = this.#fadeLeft > 0 ? this.#fade(output, written) : this.#copy(output, written);
      if (this.#fadeLeft === 0 && this.#head < this.#fadeEnd) {
        this.#dropUntil(this.#fadeEnd);
        this.#finish('stopped', written);
      } else if (this.#head === this.#queue.length) {
        this.#finish('ended', written);
      }
    }
    return true;
  }

  #start(written: number): void {
    this.#playing = true;
    this.#playedSamples = 0;
    this.#droppedSamples = 0;
    this.#report('started', currentFrame + written);
  }

  /** Copies from the clip that plays, as far as it or the output reaches. */
  #copy(output: Float32Array, written: number): number {
    const clip = this.#queue[this.#head] as Float32Array;
    const count = Math.min(output.length - written, clip.length - this.#offset);
    for (let i = 0; i < count; i++) output[written + i] = clip[this.#offset + i] as number;
    this.#advance(clip, count);
    return written + count;
  }

  /** Like copy, ever softer. */
  #fade(output: Float32Array, written: number): number {
    const clip = this.#queue[this.#head] as Float32Array;
    const count = Math.min(output.length - written, clip.length - this.#offset, this.#fadeLeft);
    for (let i = 0; i < count; i++) {
      this.#fadeLeft -= 1;
      output[written + i] = ((clip[this.#offset + i] as number) * this.#fadeLeft) / this.#fadeSamples;
    }
    this.#advance(clip, count);
    if (this.#head === this.#fadeEnd) {
      // What was to be dropped ended before the fade did.
      this.#fadeLeft = 0;
      this.#finish('stopped', written + count);
    }
    return written + count;
  }

  #advance(clip: Float32Array, count: number): void {
    this.#offset += count;
    this.#playedSamples += count;
    if (this.#offset < clip.length) return;
    this.#queue[this.#head] = undefined;
    this.#head += 1;
    this.#offset = 0;
  }

  #dropUntil(end: number): void {
    while (this.#head < end) {
      this.#droppedSamples += (this.#queue[this.#head] as Float32Array).length - this.#offset;
      this.#queue[this.#head] = undefined;
      this.#head += 1;
      this.#offset = 0;
    }
  }

  #finish(type: 'ended' | 'stopped', written: number): void {
    if (!this.#playing) return;
    this.#playing = false;
    this.#report(type, currentFrame + written);
  }

  #report(type: PlaybackReport['type'], frame: number): void {
    this.#message.type = type;
    this.#message.frame = frame;
    this.#message.playedSamples = this.#playedSamples;
    this.#message.droppedSamples = this.#droppedSamples;
    this.port.postMessage(this.#message);
  }

  #obey(command: PlaybackCommand): void {
    if (command.type === 'enqueue') {
      this.#forgetPlayed();
      this.#queue.push(command.samples);
    } else if (this.#head < this.#queue.length) {
      this.#stop(command.fade && this.#playing);
    }
  }

  #stop(fade: boolean): void {
    this.#fadeEnd = this.#queue.length;
    if (fade) {
      // A second stop during a fade does not start it again, it only reaches further.
      if (this.#fadeLeft === 0) this.#fadeLeft = this.#fadeSamples;
      return;
    }
    this.#fadeLeft = 0;
    if (!this.#playing) this.#playedSamples = this.#droppedSamples = 0;
    this.#playing = true;
    this.#dropUntil(this.#fadeEnd);
    this.#finish('stopped', 0);
  }

  /** Gives the places of played clips back, so that the array does not grow for ever. */
  #forgetPlayed(): void {
    this.#queue.splice(0, this.#head);
    this.#fadeEnd -= this.#head;
    this.#head = 0;
  }
}

registerProcessor('runanywhere-playback', PlaybackProcessor);

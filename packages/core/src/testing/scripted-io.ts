import { type AudioClip, clipDurationMs } from '../audio-clip.ts';
import { type Clock, systemClock } from '../clock.ts';
import { Emitter } from '../emitter.ts';
import type { LoadOptions } from '../engine.ts';
import type { SpeechInput, SpeechInputEvents } from '../speech-input.ts';
import type { SpeechOutput, SpeechOutputEvents } from '../speech-output.ts';

/** Options of {@link ScriptedSpeechInput}. */
export interface ScriptedSpeechInputOptions {
  /** @defaultValue the system clock */
  clock?: Clock;
  /** How long `load` takes. @defaultValue 0 */
  loadMs?: number;
  /** Makes `open` fail; called once each time, `undefined` lets it pass. */
  failOpen?: () => Error | undefined;
}

/** A microphone that hears what the test says. */
export class ScriptedSpeechInput implements SpeechInput {
  readonly events: Emitter<SpeechInputEvents> = new Emitter();
  isOpen = false;
  isMuted = false;
  isDisposed = false;
  readonly #clock: Clock;
  readonly #options: ScriptedSpeechInputOptions;

  constructor(options: ScriptedSpeechInputOptions = {}) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
  }

  async load(_options?: LoadOptions): Promise<void> {
    const { loadMs = 0 } = this.#options;
    if (loadMs > 0) await new Promise<void>((resolve) => this.#clock.schedule(resolve, loadMs));
  }

  async open(): Promise<void> {
    const failure = this.#options.failOpen?.();
    if (failure) throw failure;
    this.isOpen = true;
    this.events.emit('microphone-open', { atMs: this.#clock.now(), firstFrameMs: 20 });
  }

  setMuted(muted: boolean): void {
    this.isMuted = muted;
  }

  async close(): Promise<void> {
    this.isOpen = false;
  }

  async dispose(): Promise<void> {
    this.isOpen = false;
    this.isDisposed = true;
  }

  /** Begins to speak now. */
  speechStart(): void {
    this.events.emit('speech-start', { atMs: this.#clock.now() });
  }

  /** Has spoken long enough for it to be speech. */
  speechConfirmed(): void {
    this.events.emit('speech-confirmed', { atMs: this.#clock.now() });
  }

  /** Ends an utterance that took `speechMs`, after 600 ms of silence. */
  speechEnd(speechMs = 1000): void {
    const atMs = this.#clock.now();
    const samples = new Float32Array(Math.round(speechMs * 16)).fill(0.5);
    this.events.emit('speech-end', {
      clip: { samples, sampleRateHz: 16_000, startMs: atMs - 600 - speechMs },
      lastSpeechMs: atMs - 600,
      atMs,
    });
  }

  /** A whole utterance at once. */
  say(speechMs = 1000): void {
    this.speechStart();
    this.speechConfirmed();
    this.speechEnd(speechMs);
  }
}

/** A loudspeaker that plays on the script’s clock. */
export class ScriptedSpeechOutput implements SpeechOutput {
  readonly events: Emitter<SpeechOutputEvents> = new Emitter();
  /** Every clip it was given, in order. */
  readonly clips: AudioClip[] = [];
  volume = 1;
  isOpen = false;
  isDisposed = false;
  readonly #clock: Clock;
  #startedMs: number | undefined;
  #endsMs = 0;
  #cancelEnd: () => void = () => undefined;

  constructor(options: { clock?: Clock } = {}) {
    this.#clock = options.clock ?? systemClock;
  }

  async open(): Promise<void> {
    this.isOpen = true;
  }

  enqueue(clip: AudioClip): void {
    this.clips.push(clip);
    const nowMs = this.#clock.now();
    if (this.#startedMs === undefined) {
      this.#startedMs = nowMs;
      this.#endsMs = nowMs;
      this.events.emit('playback-start', { atMs: nowMs });
    }
    this.#endsMs += clipDurationMs(clip);
    this.#cancelEnd();
    this.#cancelEnd = this.#clock.schedule(() => this.#end(false), this.#endsMs - nowMs);
  }

  playedMs(): number {
    return this.#startedMs === undefined ? 0 : Math.min(this.#clock.now(), this.#endsMs) - this.#startedMs;
  }

  stop(): void {
    if (this.#startedMs !== undefined) this.#end(true);
  }

  setVolume(volume: number): void {
    this.volume = volume;
  }

  async dispose(): Promise<void> {
    this.stop();
    this.isDisposed = true;
  }

  #end(stopped: boolean): void {
    this.#cancelEnd();
    const playedMs = this.playedMs();
    this.#startedMs = undefined;
    this.events.emit('playback-end', { atMs: this.#clock.now(), playedMs, stopped });
  }
}

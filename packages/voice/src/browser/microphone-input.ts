import type { Microphone, MicrophoneOptions } from '@runanywhere/audio';
import { Emitter, type LoadOptions, type SpeechInput, type SpeechInputEvents } from '@runanywhere/core';
import type { AudioProcessorClient } from '@runanywhere/workers';

/** How long closing waits for the last utterance, in milliseconds. */
const FLUSH_WITHIN_MS = 1000;

/** What {@link MicrophoneInput} needs of a microphone. */
export type MicrophoneLike = Pick<Microphone, 'events' | 'open' | 'close' | 'setMuted'>;

/** What {@link MicrophoneInput} needs of whoever finds utterances in its sound. */
export type ProcessorLike = Pick<
  AudioProcessorClient,
  'events' | 'load' | 'flush' | 'capturePort' | 'dispose'
>;

/** How a {@link MicrophoneInput} works. */
export interface MicrophoneInputOptions extends Omit<MicrophoneOptions, 'connect'> {
  /** Finds the utterances; the input owns it. */
  readonly processor: ProcessorLike;
  /** Makes the microphone, when it is first opened. @defaultValue a `Microphone`, whose code comes with the first opening */
  readonly makeMicrophone?: (options: MicrophoneOptions) => MicrophoneLike | Promise<MicrophoneLike>;
}

/**
 * A microphone whose sound goes from the audio thread straight to a worker, which finds the utterances. Of what is said
 * before the worker has loaded nothing is lost; what was said before the present opening is not given out.
 */
export class MicrophoneInput implements SpeechInput {
  readonly events: Emitter<SpeechInputEvents> = new Emitter();
  readonly #processor: ProcessorLike;
  readonly #makeMicrophone: () => MicrophoneLike | Promise<MicrophoneLike>;
  #microphone: MicrophoneLike | undefined;
  #muted = false;
  /** What began earlier belongs to an opening that is over, in milliseconds. */
  #heedFromMs = Number.POSITIVE_INFINITY;
  #loaded = false;
  #crashed = false;

  constructor({ processor, makeMicrophone, ...options }: MicrophoneInputOptions) {
    this.#processor = processor;
    const make = makeMicrophone ?? loadMicrophone;
    this.#makeMicrophone = () => make({ ...options, connect: () => processor.capturePort() });
    this.#forward();
  }

  async load(options?: LoadOptions): Promise<void> {
    await this.#processor.load(options);
    this.#loaded = true;
    this.#crashed = false;
  }

  async open({ signal }: { signal?: AbortSignal } = {}): Promise<void> {
    this.#heedFromMs = performance.now();
    // Its sound needs somebody who takes it; if that one cannot be had, opening the channel says so.
    if (this.#crashed) this.load().catch(() => undefined);
    const microphone = this.#microphone ?? (await this.#make());
    signal?.throwIfAborted();
    await microphone.open(signal ? { signal } : {});
  }

  setMuted(muted: boolean): void {
    this.#muted = muted;
    this.#microphone?.setMuted(muted);
  }

  async close(): Promise<void> {
    const openedMs = this.#heedFromMs;
    await this.#microphone?.close();
    // Before it has loaded, the worker can say nothing.
    if (this.#loaded && openedMs !== Number.POSITIVE_INFINITY) await this.#flush();
    if (this.#heedFromMs === openedMs) this.#heedFromMs = Number.POSITIVE_INFINITY;
  }

  async dispose(): Promise<void> {
    this.#heedFromMs = Number.POSITIVE_INFINITY;
    await this.#microphone?.close();
    await this.#processor.dispose();
    this.events.clear();
  }

  /** Never rejects: a worker that has crashed holds no utterance any more. */
  async #flush(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FLUSH_WITHIN_MS);
    });
    const flushed = this.#processor.flush().catch(() => undefined);
    await Promise.race([flushed, late]);
    clearTimeout(timer);
  }

  async #make(): Promise<MicrophoneLike> {
    const made = await this.#makeMicrophone();
    // Two openings at the same time share the first one's.
    if (this.#microphone) return this.#microphone;
    this.#microphone = made;
    made.setMuted(this.#muted);
    made.events.on('microphone-open', (event) => this.events.emit('microphone-open', event));
    made.events.on('error', (error) => this.events.emit('error', error));
    return made;
  }

  #forward(): void {
    const { events: heard } = this.#processor;
    for (const name of ['level', 'speech-start', 'speech-confirmed', 'speech-misfire'] as const) {
      heard.on(name, (event: SpeechInputEvents[typeof name]) => {
        if (event.atMs >= this.#heedFromMs) this.events.emit(name, event as never);
      });
    }
    heard.on('speech-end', (event) => {
      // The clip begins with a little of what came before the speech, so its end decides.
      if (event.lastSpeechMs >= this.#heedFromMs) this.events.emit('speech-end', event);
    });
    heard.on('digital-silence', (event) => {
      if (!this.#muted && event.atMs >= this.#heedFromMs) this.events.emit('microphone-silent', event);
    });
    heard.on('speech-lost', (event) => {
      if (this.#heedFromMs !== Number.POSITIVE_INFINITY) this.events.emit('speech-lost', event);
    });
    heard.on('error', (error) => {
      this.#crashed = true;
      this.#loaded = false;
      this.events.emit('error', error);
    });
  }
}

async function loadMicrophone(options: MicrophoneOptions): Promise<MicrophoneLike> {
  const { Microphone } = await import('@runanywhere/audio');
  return new Microphone(options);
}

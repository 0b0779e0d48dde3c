import type { SpeakerOutput, SpeakerOutputOptions } from '@runanywhere/audio';
import {
  type AudioClip,
  Emitter,
  RunAnywhereError,
  type SpeechOutput,
  type SpeechOutputEvents,
} from '@runanywhere/core';

/**
 * A `SpeakerOutput` whose code comes with its first `open()`: a page that nobody has clicked on yet does without. What is
 * queued before it is open is dropped; the session opens it first.
 */
export class LazySpeakerOutput implements SpeechOutput {
  readonly events: Emitter<SpeechOutputEvents> = new Emitter();
  readonly #options: SpeakerOutputOptions;
  #making: Promise<SpeakerOutput> | undefined;
  #output: SpeakerOutput | undefined;
  #volume = 1;
  #disposed = false;

  constructor(options: SpeakerOutputOptions = {}) {
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#making ??= this.#make();
    const making = this.#making;
    try {
      await (await making).open();
    } catch (error) {
      // The code itself may not have come: the next call asks for it again.
      if (this.#making === making && !this.#output) this.#making = undefined;
      throw error;
    }
  }

  enqueue(clip: AudioClip): void {
    this.#output?.enqueue(clip);
  }

  playedMs(): number {
    return this.#output?.playedMs() ?? 0;
  }

  stop(): void {
    this.#output?.stop();
  }

  setVolume(volume: number): void {
    this.#volume = volume;
    this.#output?.setVolume(volume);
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.events.clear();
    await this.#output?.dispose();
  }

  async #make(): Promise<SpeakerOutput> {
    const { SpeakerOutput } = await import('@runanywhere/audio');
    if (this.#disposed) throw new RunAnywhereError('disposed', { what: 'The speech output' });
    const output = new SpeakerOutput(this.#options);
    for (const name of ['playback-start', 'playback-end', 'error'] as const) {
      output.events.on(name, (event: SpeechOutputEvents[typeof name]) =>
        this.events.emit(name, event as never),
      );
    }
    output.setVolume(this.#volume);
    this.#output = output;
    return output;
  }
}

import type {
  SynthesisEvent,
  SynthesizeOptions,
  Synthesizer,
  SynthesizerCapabilities,
} from '@runanywhere/core';
import type { SpeechMethods } from './methods.ts';
import { WorkerEngine, type WorkerOptions } from './worker-engine.ts';

/** Options of {@link WorkerSynthesizer}. */
export interface WorkerSynthesizerOptions extends WorkerOptions {
  /** @defaultValue `'hibari'` */
  modelId?: string;
}

/** The neural voice in a worker of its own. */
export class WorkerSynthesizer extends WorkerEngine<SpeechMethods> implements Synthesizer {
  readonly capabilities: SynthesizerCapabilities = {
    languages: ['en'],
    voices: ['heart'],
    sampleRateHz: 24_000,
  };

  constructor(options: WorkerSynthesizerOptions) {
    const start = (): Worker =>
      new Worker(new URL('./speech-processor.worker.ts', import.meta.url), {
        type: 'module',
        name: 'speech-processor',
      });
    super({ name: 'speech-processor', modelId: 'hibari', start }, options);
  }

  async *synthesize(
    text: string,
    { signal, ...options }: SynthesizeOptions = {},
  ): AsyncGenerator<SynthesisEvent> {
    yield* this.client.stream('synthesize', { text, options }, { signal });
  }
}

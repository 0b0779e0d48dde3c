import type {
  AudioClip,
  CallOptions,
  Transcriber,
  TranscriberCapabilities,
  TranscriptEvent,
} from '@runanywhere/core';
import type { TranscriptionMethods } from './methods.ts';
import { WorkerEngine, type WorkerOptions } from './worker-engine.ts';

/** Options of {@link WorkerTranscriber}. */
export interface WorkerTranscriberOptions extends WorkerOptions {
  /** `'moonshine-base'` makes fewer mistakes and takes about twice the time. @defaultValue `'moonshine-tiny'` */
  modelId?: 'moonshine-tiny' | 'moonshine-base';
}

/** Moonshine in a worker of its own. */
export class WorkerTranscriber extends WorkerEngine<TranscriptionMethods> implements Transcriber {
  readonly capabilities: TranscriberCapabilities = { interim: true, languages: ['en'] };

  constructor(options: WorkerTranscriberOptions) {
    const name = 'transcription-processor';
    const start = (): Worker =>
      new Worker(new URL('./transcription-processor.worker.ts', import.meta.url), {
        type: 'module',
        name: 'transcription-processor',
      });
    super({ name, modelId: 'moonshine-tiny', start }, options);
  }

  async *transcribe(clip: AudioClip, { signal }: CallOptions = {}): AsyncGenerator<TranscriptEvent> {
    // A copy goes and moves: the caller keeps its clip, and nothing of a larger buffer around it travels along.
    const samples = clip.samples.slice();
    const init = { signal, transfer: [samples.buffer] };
    yield* this.client.stream('transcribe', { ...clip, samples }, init);
  }
}

import type { UtteranceDetectorEvents } from '@runanywhere/audio';
import { Emitter, RunAnywhereError } from '@runanywhere/core';
import type { AudioProcessorMethods, AudioProcessorOptions } from './methods.ts';
import type { RpcClient } from './rpc/client.ts';
import { WorkerEngine, type WorkerOptions } from './worker-engine.ts';

/** Options of {@link AudioProcessorClient}. */
export interface AudioProcessorClientOptions extends WorkerOptions, AudioProcessorOptions {
  /** The voice activity detector. @defaultValue `'silero-v6'` */
  modelId?: string;
}

/**
 * Finds utterances in captured sound, in a worker of its own: frames go there from the audio thread and never touch the
 * page. Sound may come before `load()` has settled: it waits. `events` are those of `UtteranceDetector`, times on the
 * page's clock; `error` also tells `worker-crashed`, and then `load()` and {@link AudioProcessorClient.capturePort} are
 * to be called again.
 */
export class AudioProcessorClient extends WorkerEngine<AudioProcessorMethods> {
  readonly events: Emitter<UtteranceDetectorEvents> = new Emitter();

  constructor(options: AudioProcessorClientOptions) {
    const start = (): Worker =>
      new Worker(new URL('./audio-processor.worker.ts', import.meta.url), {
        type: 'module',
        name: 'audio-processor',
      });
    super({ name: 'audio-processor', modelId: 'silero-v6', start }, options);
  }

  /**
   * One end of a new channel, for a capture worklet (`Microphone`'s `connect`); the worker hears the other. Starts the
   * worker, if `load()` has not yet.
   *
   * @throws {RunAnywhereError} `worker-unavailable`, `worker-crashed`, `disposed`.
   */
  capturePort(): MessagePort {
    const client = this.connect();
    if (client.failure) throw client.failure;
    const { port1, port2 } = new MessageChannel();
    // A worker that fails meanwhile says so by an event or to whoever loads it.
    client.call('capture', port2, { transfer: [port2] }).catch(() => undefined);
    return port1;
  }

  /** Ends the utterance in progress. Resolves when everything captured so far has been heard, so not before `load()`. */
  async flush(): Promise<void> {
    return this.client.call('flush', undefined);
  }

  protected override started(client: RpcClient<AudioProcessorMethods>): void {
    const onChunk = ({ name, event }: AudioProcessorMethods['listen']['chunk']): void =>
      this.events.emit(name, name === 'error' ? RunAnywhereError.fromWire(event) : event);
    client.call('listen', this.params(), { onChunk }).catch((error: RunAnywhereError) => {
      // What fails while it starts is told to whoever loads it.
      if (error.code === 'worker-crashed') this.events.emit('error', error);
    });
  }
}

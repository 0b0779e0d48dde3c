import { type Clock, systemClock } from '../clock.ts';
import type { Engine, LoadOptions } from '../engine.ts';
import { EngineLifecycle } from '../engine-lifecycle.ts';

/** What every scripted engine can be told. */
export interface ScriptedEngineOptions {
  /** @defaultValue `'scripted'` */
  modelId?: string;
  /** How long a load takes. @defaultValue 0 */
  loadMs?: number;
  /** Makes the load fail; called once each load, `undefined` lets it pass. */
  failLoad?: () => Error | undefined;
  /** Runs the delays of the script. @defaultValue the system clock */
  clock?: Clock;
}

/** The loading half of the scripted fakes: a fake of one contract adds the method under test. */
export abstract class ScriptedEngine implements Engine {
  readonly modelId: string;
  /** How often the model was really loaded. */
  loads = 0;
  /** Whether `dispose` has freed it. */
  disposed = false;
  protected readonly clock: Clock;
  protected readonly lifecycle: EngineLifecycle<true>;

  constructor(options: ScriptedEngineOptions = {}) {
    const { modelId = 'scripted', loadMs = 0, failLoad, clock = systemClock } = options;
    this.modelId = modelId;
    this.clock = clock;
    this.lifecycle = new EngineLifecycle<true>({
      engine: modelId,
      open: async ({ signal, onProgress }) => {
        this.loads += 1;
        onProgress?.({ file: 'model.bin', loadedBytes: 0, totalBytes: 100 });
        await this.wait(loadMs, signal);
        const failure = failLoad?.();
        if (failure) throw failure;
        onProgress?.({ file: 'model.bin', loadedBytes: 100, totalBytes: 100 });
        return true;
      },
      close: () => {
        this.disposed = true;
      },
    });
  }

  load(options?: LoadOptions): Promise<void> {
    return this.lifecycle.load(options);
  }

  dispose(): Promise<void> {
    return this.lifecycle.dispose();
  }

  /** Waits on the script’s clock; an abort ends the wait with the signal’s reason. */
  protected wait(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (delayMs <= 0 && !signal?.aborted) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = this.clock.schedule(() => {
        signal?.removeEventListener('abort', abort);
        resolve();
      }, delayMs);
      const abort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      if (signal?.aborted) abort();
      signal?.addEventListener('abort', abort, { once: true });
    });
  }
}

import { WorkerEngine, type WorkerOptions } from '../src/worker-engine.ts';
import type { MisbehavingMethods } from './misbehaving-methods.ts';

/** The page side of the misbehaving worker. */
export class MisbehavingEngine extends WorkerEngine<MisbehavingMethods> {
  constructor(options: Partial<WorkerOptions> & { modelId?: string; name?: string } = {}) {
    const start = (): Worker =>
      new Worker(new URL('./misbehaving.worker.ts', import.meta.url), {
        type: 'module',
        name: 'misbehaving',
      });
    super({ name: 'misbehaving', modelId: 'any', start }, { modelsUrl: '/models', ...options });
  }

  async work(
    how: MisbehavingMethods['work']['params']['how'],
    samples: Float32Array<ArrayBuffer> = new Float32Array(1),
  ): Promise<number> {
    return this.client.call('work', { how, samples }, { transfer: [samples.buffer] });
  }
}

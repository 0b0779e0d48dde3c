import { RunAnywhereError } from '@runanywhere/core';
import { serveWorker } from '../src/hosts/serve-worker.ts';
import type { MisbehavingMethods } from './misbehaving-methods.ts';

// A worker that fails in all the ways a worker can.

if (self.name === 'broken') throw new RangeError('what was said');

serveWorker<MisbehavingMethods>('misbehaving', {
  async load({ modelId }, { chunk }) {
    if (modelId === 'corrupt') {
      throw new RunAnywhereError('model-missing', {
        modelId,
        file: 'a.onnx',
        location: 'https://example.test',
      });
    }
    chunk({ file: 'a.onnx', loadedBytes: 1, totalBytes: 1 });
    return undefined;
  },
  async work({ how, samples }) {
    if (how === 'throw') setTimeout(() => fail());
    if (how === 'reject') void Promise.resolve().then(fail);
    if (how === 'answer') return samples.length;
    return new Promise(() => undefined);
  },
});

function fail(): never {
  throw new RangeError('what was said');
}

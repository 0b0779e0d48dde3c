import { Calls } from './calls.ts';
import type { Contestant, Reply } from './contestants.ts';
import { storeFile } from './opfs-source.ts';

const workers = new Map<string, Calls>();

function startWorker(kind: 'language-model' | 'vad'): Calls {
  return new Calls(
    kind === 'vad'
      ? new Worker(new URL('./vad.worker.ts', import.meta.url), { type: 'module' })
      : new Worker(new URL('./language-model.worker.ts', import.meta.url), { type: 'module' }),
  );
}

function workerOf(name: string): Calls {
  const worker = workers.get(name);
  if (!worker) throw new Error(`${name} is not loaded`);
  return worker;
}

/** What whoever drives this page may do. */
export const lab = {
  storeFile,
  /** Starts a worker, loads a language model there, and gives how long both took. */
  async load(contestant: Contestant): Promise<number> {
    const startMs = performance.now();
    const worker = startWorker('language-model');
    workers.set(contestant, worker);
    await worker.call('load', contestant);
    return performance.now() - startMs;
  },
  /** A reply to a prompt of so many tokens, none of them known before. */
  coldReply: ([contestant, tokens, maxTokens]: [Contestant, number, number]): Promise<Reply> =>
    workerOf(contestant).call('coldReply', tokens, maxTokens),
  unload(contestant: Contestant): void {
    workerOf(contestant).end();
    workers.delete(contestant);
  },
  /** Calls something of a worker that is there for this alone. */
  async ask(name: 'readBound' | 'packedWeightBytes'): Promise<number> {
    const worker = startWorker('language-model');
    try {
      return await worker.call<number>(name);
    } finally {
      worker.end();
    }
  },
  /** Calls something of the worker that holds the detectors of voice activity. */
  vad<Value>([name, ...args]: [string, ...unknown[]]): Promise<Value> {
    const worker = workers.get('vad') ?? startWorker('vad');
    workers.set('vad', worker);
    return worker.call(name, ...args);
  },
};

Object.assign(globalThis, { lab });

import type { LoadMethods } from '../src/methods.ts';

/** What the misbehaving worker can be asked. */
export interface MisbehavingMethods extends LoadMethods {
  work: {
    params: { how: 'answer' | 'throw' | 'reject' | 'hang'; samples: Float32Array<ArrayBuffer> };
    chunk: never;
    result: number;
  };
}

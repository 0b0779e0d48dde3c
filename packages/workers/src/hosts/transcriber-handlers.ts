import type { Transcriber } from '@runanywhere/core';
import type { LoadMethods, TranscriptionMethods } from '../methods.ts';
import type { Handlers } from '../rpc/host.ts';
import { hostEngine } from './engine-host.ts';

/** Serves a transcriber to the page. */
export function transcriberHandlers(
  make: (options: LoadMethods['load']['params']) => Transcriber,
): Handlers<TranscriptionMethods> {
  const { load, engine } = hostEngine('transcription-processor', make);
  return {
    load,
    async transcribe(clip, { signal, chunk }) {
      for await (const event of engine().transcribe(clip, { signal })) chunk(event);
      return undefined;
    },
  };
}

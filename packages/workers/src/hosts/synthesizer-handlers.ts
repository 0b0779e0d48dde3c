import type { Synthesizer } from '@runanywhere/core';
import type { LoadMethods, SpeechMethods } from '../methods.ts';
import type { Handlers } from '../rpc/host.ts';
import { hostEngine } from './engine-host.ts';

/** Serves a synthesizer to the page. */
export function synthesizerHandlers(
  make: (options: LoadMethods['load']['params']) => Synthesizer,
): Handlers<SpeechMethods> {
  const { load, engine } = hostEngine('speech-processor', make);
  return {
    load,
    async synthesize({ text, options }, { signal, chunk }) {
      for await (const event of engine().synthesize(text, { ...options, signal })) {
        chunk(event, event.type === 'speech-delta' ? [event.clip.samples.buffer] : []);
      }
      return undefined;
    },
  };
}

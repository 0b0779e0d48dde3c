import { GgufLanguageModel } from '@runanywhere/llm';
import { HttpModelSource } from '@runanywhere/models';
import { languageModelHandlers } from './hosts/language-model-handlers.ts';
import { serveWorker } from './hosts/serve-worker.ts';

// Text to text, in a thread of its own (wllama, where it is chosen, starts a further one below it).
serveWorker(
  'llm-processor',
  languageModelHandlers(
    ({ modelsUrl, ...options }) =>
      new GgufLanguageModel({ ...options, source: new HttpModelSource({ baseUrl: modelsUrl }) }),
  ),
);

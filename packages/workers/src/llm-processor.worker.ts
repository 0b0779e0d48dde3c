import { WllamaLanguageModel } from '@runanywhere/llm';
import { HttpModelSource } from '@runanywhere/models';
import { languageModelHandlers } from './hosts/language-model-handlers.ts';
import { serveWorker } from './hosts/serve-worker.ts';

// Text to text, in a thread of its own (wllama starts a further one below it).
serveWorker(
  'llm-processor',
  languageModelHandlers(
    ({ modelsUrl, ...options }) =>
      new WllamaLanguageModel({ ...options, source: new HttpModelSource({ baseUrl: modelsUrl }) }),
  ),
);

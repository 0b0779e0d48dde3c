import { HttpModelSource } from '@runanywhere/models';
import { NeuralVoice } from '@runanywhere/tts';
import { serveWorker } from './hosts/serve-worker.ts';
import { synthesizerHandlers } from './hosts/synthesizer-handlers.ts';

// Text to speech, in a thread of its own.
serveWorker(
  'speech-processor',
  synthesizerHandlers(
    ({ modelsUrl, modelId }) =>
      new NeuralVoice({ source: new HttpModelSource({ baseUrl: modelsUrl }), modelId }),
  ),
);

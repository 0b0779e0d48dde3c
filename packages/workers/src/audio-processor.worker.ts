import { SileroVad } from '@runanywhere/audio/vad';
import { HttpModelSource } from '@runanywhere/models';
import { audioProcessorHandlers } from './hosts/audio-processor-handlers.ts';
import { serveWorker } from './hosts/serve-worker.ts';

// Voice activity and utterances, in a thread of its own, fed by the audio thread.
serveWorker(
  'audio-processor',
  audioProcessorHandlers(
    ({ modelsUrl, modelId }) =>
      new SileroVad({ source: new HttpModelSource({ baseUrl: modelsUrl }), modelId }),
  ),
);

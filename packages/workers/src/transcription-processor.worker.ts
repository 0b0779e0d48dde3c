import { HttpModelSource } from '@runanywhere/models';
import { MoonshineTranscriber, type MoonshineTranscriberOptions } from '@runanywhere/transcription';
import { serveWorker } from './hosts/serve-worker.ts';
import { transcriberHandlers } from './hosts/transcriber-handlers.ts';

// Speech to text, in a thread of its own.
serveWorker(
  'transcription-processor',
  transcriberHandlers(
    ({ modelsUrl, modelId }) =>
      new MoonshineTranscriber({
        source: new HttpModelSource({ baseUrl: modelsUrl }),
        modelId: modelId as NonNullable<MoonshineTranscriberOptions['modelId']>,
      }),
  ),
);

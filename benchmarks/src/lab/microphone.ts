import { MicrophoneInput } from '@runanywhere/voice/browser';
import { AudioProcessorClient } from '@runanywhere/workers';

/** When its two halves were there, in milliseconds since the call. */
interface Listening {
  readonly detectorMs: number;
  readonly microphoneMs: number;
}

/** Opens the microphone and loads the detector behind it: what `MicVAD.new()` and `start()` do in vad-web. */
async function listen(): Promise<Listening> {
  const startMs = performance.now();
  const since = (): number => performance.now() - startMs;
  const input = new MicrophoneInput({ processor: new AudioProcessorClient({ modelsUrl: '/models/' }) });
  const [detectorMs, microphoneMs] = await Promise.all([input.load().then(since), input.open().then(since)]);
  return { detectorMs, microphoneMs };
}

Object.assign(globalThis, { listen });

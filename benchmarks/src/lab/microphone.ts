import { MicrophoneInput } from '@runanywhere/voice/browser';
import { AudioProcessorClient } from '@runanywhere/workers';

/** Opens the microphone and loads the detector behind it: what `MicVAD.new()` and `start()` do in vad-web. */
async function listen(): Promise<void> {
  const input = new MicrophoneInput({ processor: new AudioProcessorClient({ modelsUrl: '/models/' }) });
  await Promise.all([input.load(), input.open()]);
}

Object.assign(globalThis, { listen });

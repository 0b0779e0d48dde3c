// moonshine-js as its README says, with its files from this server.
import * as Moonshine from '/moonshine/moonshine.min.js';

Moonshine.Settings.BASE_ASSET_PATH = {
  MOONSHINE: '/moonshine/',
  ONNX_RUNTIME: '/moonshine-ort/',
  SILERO_VAD: '/moonshine-vad/',
};

globalThis.listen = (onUtterance) => {
  const transcriber = new Moonshine.MicrophoneTranscriber('model/tiny', {
    onTranscriptionCommitted: (text) => onUtterance({ text }),
  });
  return transcriber.start();
};

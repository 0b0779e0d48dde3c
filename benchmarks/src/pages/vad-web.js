// vad-web as its README says, with its files from this server.
globalThis.listen = async (onUtterance) => {
  const detector = await globalThis.vad.MicVAD.new({
    baseAssetPath: '/vad-web/',
    onnxWASMBasePath: '/vad-web-ort/',
    onSpeechEnd: (samples) => onUtterance({ samples }),
  });
  await detector.start();
};

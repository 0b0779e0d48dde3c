// Runs in the page, before anything else.

/**
 * Replaces the microphone by one that is silent until `globalThis.speak()` and then plays `/speech.wav` once, whoever listens and
 * whenever they began to: a person does not wait for models. Pass it to Playwright’s `addInitScript`.
 */
export function installSpokenMicrophone() {
  const context = new AudioContext({ sampleRate: 48_000 });
  const destination = context.createMediaStreamDestination();
  const speech = fetch('/speech.wav')
    .then((response) => response.arrayBuffer())
    .then((bytes) => context.decodeAudioData(bytes));
  navigator.mediaDevices.getUserMedia = async () => destination.stream.clone();
  Object.assign(globalThis, {
    microphoneReady: speech.then(() => context.resume()),
    /** Begins to speak `delayMs` from now. Gives how long the speech is, in milliseconds. */
    speak: async (/** @type {number} */ delayMs) => {
      const source = context.createBufferSource();
      source.buffer = await speech;
      source.connect(destination);
      source.start(context.currentTime + delayMs / 1000);
      return source.buffer.duration * 1000;
    },
  });
}

// Runs in the page, before anything else.

/**
 * Replaces the microphone by one that plays `/speech.wav` when told to, and records it together with everything that leaves for
 * the loudspeaker, on one clock: that of the audio context in which the microphone plays. What leaves gets there over a stream,
 * which makes it late by some milliseconds, never early. Pass it to Playwright’s `addInitScript`.
 */
export function installWaveformRecorder() {
  const sampleRateHz = 48_000;
  const context = new AudioContext({ sampleRate: sampleRateHz });
  const microphone = context.createMediaStreamDestination();
  const speech = fetch('/speech.wav')
    .then((response) => response.arrayBuffer())
    .then((bytes) => context.decodeAudioData(bytes));
  navigator.mediaDevices.getUserMedia = async () => microphone.stream.clone();

  const code = `registerProcessor('waveform-recorder', class extends AudioWorkletProcessor {
    process([speech, reply]) {
      this.port.postMessage({ frame: currentFrame, speech: speech[0]?.slice(), reply: reply[0]?.slice() });
      return true;
    }
  });`;
  /** @type {{ frame: number, speech?: Float32Array, reply?: Float32Array }[]} */
  const quanta = [];
  const connect = /** @type {(this: AudioNode, target: AudioNode, ...channels: number[]) => AudioNode} */ (
    AudioNode.prototype.connect
  );
  const recorder = context.audioWorklet
    .addModule(URL.createObjectURL(new Blob([code], { type: 'text/javascript' })))
    .then(() => {
      const node = new AudioWorkletNode(context, 'waveform-recorder', {
        numberOfInputs: 2,
        numberOfOutputs: 1,
        channelCount: 1,
        channelCountMode: 'explicit',
      });
      node.port.onmessage = ({ data }) => quanta.push(data);
      connect.call(node, context.destination); // Its output is silence; without it the node would not run.
      return node;
    });

  /** @type {Map<BaseAudioContext, MediaStreamAudioDestinationNode>} */
  const ways = new Map();
  /** @type {typeof connect} */
  const connectAndRecord = function (target, ...channels) {
    const result = connect.call(this, target, ...channels);
    if (target instanceof AudioDestinationNode && this.context !== context) {
      let way = ways.get(this.context);
      if (!way) {
        way = /** @type {AudioContext} */ (this.context).createMediaStreamDestination();
        ways.set(this.context, way);
        const { stream } = way;
        recorder.then((node) => connect.call(context.createMediaStreamSource(stream), node, 0, 1));
      }
      connect.call(this, way);
    }
    return result;
  };
  AudioNode.prototype.connect = /** @type {typeof AudioNode.prototype.connect} */ (connectAndRecord);

  Object.assign(globalThis, {
    microphoneReady: Promise.all([speech, recorder]).then(() => context.resume()),
    /** Begins to speak `delayMs` from now. Gives when the speech begins and ends on the recording’s clock. */
    speak: async (/** @type {number} */ delayMs) => {
      const source = context.createBufferSource();
      source.buffer = await speech;
      source.connect(microphone);
      connect.call(source, await recorder, 0, 0);
      const startSeconds = context.currentTime + delayMs / 1000;
      source.start(startSeconds);
      return { fromMs: startSeconds * 1000, toMs: (startSeconds + source.buffer.duration) * 1000 };
    },
    /** Both channels so far, from the recording’s clock’s zero on, as base64 of 32-bit floats. */
    readWaveforms: () => {
      const length = Math.max(0, ...quanta.map(({ frame }) => frame + 128));
      const encode = (/** @type {'speech' | 'reply'} */ channel) => {
        const samples = new Float32Array(length);
        for (const quantum of quanta) {
          const piece = quantum[channel];
          if (piece) samples.set(piece, quantum.frame);
        }
        const bytes = new Uint8Array(samples.buffer);
        let text = '';
        for (let n = 0; n < bytes.length; n += 32_768)
          text += String.fromCharCode(...bytes.subarray(n, n + 32_768));
        return btoa(text);
      };
      return { sampleRateHz, speech: encode('speech'), reply: encode('reply') };
    },
  });
}

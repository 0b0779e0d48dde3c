// Runs in the page, before anything else: records what leaves for the loudspeaker.

/** Installs `globalThis.recorder` in a page; pass it to Playwright’s `addInitScript`. */
export function installPageRecorder() {
  /** @type {Map<BaseAudioContext, { node: ScriptProcessorNode, chunks: Float32Array[] }>} */
  const recordings = new Map();
  const connect = /** @type {(this: AudioNode, target: AudioNode, ...channels: number[]) => AudioNode} */ (
    AudioNode.prototype.connect
  );

  /** @param {BaseAudioContext} context */
  const recordingOf = (context) => {
    const known = recordings.get(context);
    if (known) return known;
    // A ScriptProcessorNode needs no further file, so it also works where a policy forbids blob: worklets.
    // It speaks to the page's thread: with the largest buffer, a page that is busy for half a second loses nothing.
    const node = context.createScriptProcessor(16_384, 1, 1);
    /** @type {Float32Array[]} */
    const chunks = [];
    node.onaudioprocess = (event) => {
      chunks.push(event.inputBuffer.getChannelData(0).slice());
    };
    connect.call(node, context.destination);
    const recording = { node, chunks };
    recordings.set(context, recording);
    return recording;
  };

  /** @type {typeof connect} */
  const connectAndRecord = function (target, ...channels) {
    const result = connect.call(this, target, ...channels);
    if (target instanceof AudioDestinationNode) connect.call(this, recordingOf(this.context).node);
    return result;
  };
  AudioNode.prototype.connect = /** @type {typeof AudioNode.prototype.connect} */ (connectAndRecord);

  Object.assign(globalThis, {
    recorder: {
      /** What left so far, context by context, as base64 of 32-bit floats. Silence included. */
      read: () =>
        [...recordings].map(([context, { chunks }]) => {
          const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
          const samples = new Float32Array(length);
          let at = 0;
          for (const chunk of chunks) {
            samples.set(chunk, at);
            at += chunk.length;
          }
          const bytes = new Uint8Array(samples.buffer);
          let text = '';
          for (let n = 0; n < bytes.length; n += 32_768) {
            text += String.fromCharCode(...bytes.subarray(n, n + 32_768));
          }
          return { sampleRateHz: context.sampleRate, base64: btoa(text) };
        }),
    },
  });
}

import type { CaptureBatch, CaptureRelease } from './worklet-messages.ts';

/**
 * Hears what a capture worklet sends: call it in the audio worker with the other end of the port that
 * {@link Microphone} was given. Each buffer goes back to the audio thread when `onBatch` returns, so copy what is to be
 * kept.
 *
 * @returns the function that stops hearing and closes the port.
 */
export function receiveCapture(port: MessagePort, onBatch: (batch: CaptureBatch) => void): () => void {
  port.onmessage = (event: MessageEvent<CaptureBatch>) => {
    const batch = event.data;
    try {
      onBatch(batch);
    } finally {
      const release: CaptureRelease = { type: 'release', samples: batch.samples };
      port.postMessage(release, [batch.samples.buffer]);
    }
  };
  return () => {
    port.onmessage = null;
    port.close();
  };
}

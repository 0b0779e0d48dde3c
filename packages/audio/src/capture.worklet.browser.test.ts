import { expect, test } from 'vitest';
import type { CaptureBatch, CaptureRelease } from './worklet-messages.ts';

const RATE_HZ = 8000;

/** The worklet in an offline context, where half a minute passes in no time. */
async function make(seconds: number, channels: number) {
  const context = new OfflineAudioContext(1, seconds * RATE_HZ, RATE_HZ);
  await context.audioWorklet.addModule(new URL('./capture.worklet.ts', import.meta.url));
  const node = new AudioWorkletNode(context, 'runanywhere-capture');
  const { port1, port2 } = new MessageChannel();
  node.port.postMessage({ type: 'connect', port: port1 }, [port1]);
  node.port.postMessage({ type: 'clock', originMs: 5000 });
  const batches: CaptureBatch[] = [];
  port2.onmessage = ({ data }: MessageEvent<CaptureBatch>) => batches.push(data);
  const buffer = new AudioBuffer({
    numberOfChannels: channels,
    length: seconds * RATE_HZ,
    sampleRate: RATE_HZ,
  });
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node).connect(context.destination);
  source.start();
  const release = ({ samples }: CaptureBatch): void => {
    port2.postMessage({ type: 'release', samples } satisfies CaptureRelease, [samples.buffer]);
  };
  return { context, node, buffer, batches, release };
}

const until = async (done: () => boolean): Promise<void> => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test('mixes stereo to its mean and stamps each batch with its frame and its time', async () => {
  const { context, buffer, batches } = await make(1, 2);
  buffer.copyToChannel(
    Float32Array.from({ length: RATE_HZ }, (_, i) => i / RATE_HZ),
    0,
  );
  buffer.copyToChannel(new Float32Array(RATE_HZ).fill(0.5), 1);
  // The port is handed over by a task of the audio thread: wait for it before the first frame.
  await new Promise((resolve) => setTimeout(resolve, 100));
  await context.startRendering();
  await until(() => batches.length >= 62);
  for (const [i, batch] of batches.entries()) {
    expect(batch).toMatchObject({ type: 'audio', sampleRateHz: RATE_HZ, frame: i * 128, droppedSamples: 0 });
    expect(batch.startMs).toBe(5000 + i * 16);
    expect(batch.samples[7]).toBeCloseTo((0.5 + (i * 128 + 7) / RATE_HZ) / 2, 5);
  }
});

test('when nobody sends buffers back for 30 s it drops, and says exactly how much', async () => {
  const { context, batches, release } = await make(40, 1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const held = context.suspend(35).then(async () => {
    await until(() => batches.length >= 1875);
    for (const batch of batches.slice(0, 20)) release(batch);
    // Of another size: not to be used.
    release({ ...(batches[0] as CaptureBatch), samples: new Float32Array(3) });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await context.resume();
  });
  await context.startRendering();
  await held;
  await until(() => batches.length >= 1895);
  expect(batches).toHaveLength(1895);
  const [last, next] = [batches[1874], batches[1875]] as [CaptureBatch, CaptureBatch];
  expect(next.droppedSamples).toBeGreaterThan(4 * RATE_HZ);
  expect(next.frame).toBe(last.frame + 128 + next.droppedSamples);
  expect(batches.slice(1876).every(({ droppedSamples }) => droppedSamples === 0)).toBe(true);
  expect(batches.every(({ samples }) => samples.length !== 3)).toBe(true);
});

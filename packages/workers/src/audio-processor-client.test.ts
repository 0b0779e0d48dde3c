import type { CaptureBatch, UtteranceDetectorEvents } from '@runanywhere/audio';
import { isRunAnywhereError } from '@runanywhere/core';
import { ScriptedVoiceActivityDetector } from '@runanywhere/core/testing';
import { afterEach, expect, test, vi } from 'vitest';
import { AudioProcessorClient, type AudioProcessorClientOptions } from './audio-processor-client.ts';
import { audioProcessorHandlers } from './hosts/audio-processor-handlers.ts';
import { serve } from './rpc/host.ts';
import type { Endpoint } from './rpc/protocol.ts';

const FRAME_SAMPLES = 512;
const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

/** A client whose worker is the far end of a channel, with a detector that takes loudness for speech. */
function make(options: Partial<AudioProcessorClientOptions> = {}, vad = new ScriptedVoiceActivityDetector()) {
  const started: EventTarget[] = [];
  const workerFactory = (): Endpoint => {
    const { port1, port2 } = new MessageChannel();
    ports.push(port1, port2);
    started.push(port1);
    serve(
      port2 as Endpoint,
      'audio-processor',
      audioProcessorHandlers(() => vad),
    );
    return port1 as Endpoint;
  };
  const client = new AudioProcessorClient({
    modelsUrl: 'https://example.test/models',
    workerFactory,
    ...options,
  });
  const heard: { [Name in keyof UtteranceDetectorEvents]: UtteranceDetectorEvents[Name][] } = {
    level: [],
    'speech-start': [],
    'speech-confirmed': [],
    'speech-misfire': [],
    'speech-end': [],
    'speech-lost': [],
    'digital-silence': [],
    error: [],
  };
  for (const name of Object.keys(heard) as (keyof typeof heard)[]) {
    client.events.on(name, (event) => heard[name].push(event as never));
  }
  return { client, heard, started };
}

/** Sends drawn sound as the capture worklet would: `#` speech, `.` silence, one mark per frame of 32 ms. */
function capture(
  port: MessagePort,
  drawing: string,
  { startMs = 1000, droppedSamples = 0 } = {},
): Promise<number> {
  let released = 0;
  ports.push(port);
  return new Promise((resolve) => {
    port.onmessage = ({ data }) => {
      if (data.type === 'release') released += 1;
      if (released === drawing.length) resolve(released);
    };
    [...drawing].forEach((mark, index) => {
      const samples = new Float32Array(FRAME_SAMPLES).fill(mark === '#' ? 0.9 : 0);
      const batch: CaptureBatch = {
        type: 'audio',
        samples,
        sampleRateHz: 16_000,
        frame: index * FRAME_SAMPLES,
        startMs: startMs + index * 32,
        droppedSamples: index === 0 ? droppedSamples : 0,
      };
      port.postMessage(batch, [samples.buffer]);
    });
  });
}

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

test('what is captured comes back as utterances, on the clock of the frames', async () => {
  const { client, heard } = make();
  await client.load();
  await capture(client.capturePort(), `${'.'.repeat(20)}${'#'.repeat(20)}${'.'.repeat(30)}`);
  await client.flush();
  expect(heard['speech-start']).toEqual([{ atMs: 1000 + 20 * 32 }]);
  expect(heard['speech-confirmed'].length).toBe(1);
  const [utterance] = heard['speech-end'];
  expect(utterance).toMatchObject({ lastSpeechMs: 1000 + 40 * 32, reason: 'silence' });
  expect(utterance?.clip.sampleRateHz).toBe(16_000);
  expect(utterance?.clip.samples.filter((sample) => sample > 0.5).length).toBe(20 * FRAME_SAMPLES);
  expect(heard.level.length).toBeGreaterThan(20);
});

test('what is captured before the load waits, and none of it is lost', async () => {
  const { client, heard } = make();
  const port = client.capturePort();
  await capture(port, `${'#'.repeat(20)}${'.'.repeat(30)}`);
  expect(heard['speech-start']).toEqual([]);
  await client.load();
  await client.flush();
  expect(heard['speech-end'][0]?.clip.samples.filter((sample) => sample > 0.5).length).toBe(
    20 * FRAME_SAMPLES,
  );
});

test('a flush ends the utterance in progress', async () => {
  const { client, heard } = make();
  await client.load();
  await capture(client.capturePort(), '#'.repeat(20));
  await client.flush();
  expect(heard['speech-end'][0]?.reason).toBe('flush');
});

test('every buffer goes back to the worklet', async () => {
  const { client } = make();
  expect(await capture(client.capturePort(), '.'.repeat(7))).toBe(7);
});

test('what the worklet had to drop is told in milliseconds', async () => {
  const { client, heard } = make();
  await capture(client.capturePort(), '.', { droppedSamples: 8000 });
  await vi.waitFor(() => expect(heard['speech-lost']).toEqual([{ lostMs: 500 }]));
});

test('two openings after each other are both heard', async () => {
  const { client, heard } = make();
  await client.load();
  await capture(client.capturePort(), `${'#'.repeat(20)}${'.'.repeat(30)}`);
  await capture(client.capturePort(), `${'#'.repeat(20)}${'.'.repeat(30)}`, { startMs: 10_000 });
  await client.flush();
  expect(heard['speech-start'].map(({ atMs }) => atMs)).toEqual([1000, 10_000]);
});

test('options reach the segmenter, and impossible ones are refused by the load', async () => {
  const { client, heard } = make({ segmenter: { minSpeechMs: 1000 } });
  await client.load();
  await capture(client.capturePort(), `${'#'.repeat(20)}${'.'.repeat(30)}`);
  await client.flush();
  expect(heard['speech-misfire'].length).toBe(1);
  const wrong = make({ segmenter: { speechThreshold: 2 } });
  const error = await caught(wrong.client.load());
  expect(isRunAnywhereError(error, 'invalid-options') && error.details.option).toBe('speechThreshold');
  expect(wrong.heard.error).toEqual([]);
});

test('a detector that fails is told as an error event, typed', async () => {
  class FailingDetector extends ScriptedVoiceActivityDetector {
    override process(): Promise<number> {
      return Promise.reject(new RangeError('what was said'));
    }
  }
  const { client, heard } = make({}, new FailingDetector());
  await client.load();
  await capture(client.capturePort(), '##');
  await vi.waitFor(() => expect(heard.error.length).toBe(1));
  expect(isRunAnywhereError(heard.error[0], 'engine-failed')).toBe(true);
});

test('a crash is told as an error event, and the next load starts another worker', async () => {
  const { client, heard, started } = make();
  await client.load();
  started[0]?.dispatchEvent(new Event('error'));
  await vi.waitFor(() => expect(heard.error.length).toBe(1));
  expect(isRunAnywhereError(heard.error[0], 'worker-crashed')).toBe(true);
  expect(() => client.capturePort()).toThrow('stopped');
  await client.load();
  await capture(client.capturePort(), `${'#'.repeat(20)}${'.'.repeat(30)}`);
  await client.flush();
  expect(heard['speech-end'].length).toBe(1);
});

test('disposal is no error, and refuses what comes after', async () => {
  const { client, heard } = make();
  client.capturePort();
  const flush = caught(client.flush());
  await client.dispose();
  expect(isRunAnywhereError(await flush, 'disposed')).toBe(true);
  expect(() => client.capturePort()).toThrow('disposed');
  expect(heard.error).toEqual([]);
});

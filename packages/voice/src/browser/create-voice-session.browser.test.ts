import { type CaptureBatch, receiveCapture } from '@runanywhere/audio';
import { Emitter, isRunAnywhereError } from '@runanywhere/core';
import { ScriptedLanguageModel, ScriptedSynthesizer, ScriptedTranscriber } from '@runanywhere/core/testing';
import { afterEach, expect, test, vi } from 'vitest';
import type { VoiceSession } from '../index.ts';
import {
  createVoiceSession,
  MicrophoneInput,
  type ProcessorLike,
  type VoiceSessionOptions,
} from './index.ts';

const sessions: VoiceSession[] = [];

function make(options: VoiceSessionOptions = {}): VoiceSession {
  const session = createVoiceSession({ modelsUrl: '/no-such-models/', ...options });
  sessions.push(session);
  return session;
}

afterEach(async () => {
  vi.restoreAllMocks();
  for (const session of sessions.splice(0)) await session.dispose();
});

const scripted = () => ({
  transcriber: new ScriptedTranscriber(),
  languageModel: new ScriptedLanguageModel({ replies: ['One sentence here. And a second one.'] }),
  synthesizer: new ScriptedSynthesizer({ msPerCharacter: 10 }),
});

/** A real microphone whose sound goes to a port of the test instead of a worker. */
function realMicrophone() {
  const batches: CaptureBatch[] = [];
  const processor: ProcessorLike = {
    events: new Emitter(),
    load: async () => undefined,
    flush: async () => undefined,
    dispose: async () => undefined,
    capturePort() {
      const { port1, port2 } = new MessageChannel();
      receiveCapture(port2, ({ samples, ...batch }) => batches.push({ ...batch, samples: samples.slice() }));
      return port1;
    },
  };
  return { input: new MicrophoneInput({ processor }), batches };
}

test('models that are not there reject start() by name, and it can be started again', async () => {
  const session = make();
  for (let attempt = 0; attempt < 2; attempt++) {
    const error = await session.start().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'RunAnywhereError', code: 'model-missing' });
    expect(session.getSnapshot()).toMatchObject({ state: 'failed', microphone: 'closed' });
  }
});

test('a refused microphone rejects typed, and a typed text is answered aloud', async () => {
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValue(new DOMException('', 'NotAllowedError'));
  const session = make({ parts: { ...scripted(), input: realMicrophone().input } });
  const error = await session.start().catch((caught: unknown) => caught);
  expect(isRunAnywhereError(error, 'mic-denied')).toBe(true);
  const spoken: string[] = [];
  session.on('speaking-start', () => spoken.push('start'));
  session.on('speaking-end', ({ stopped }) => spoken.push(stopped ? 'stopped' : 'end'));
  await session.sendText('Hi.');
  expect(spoken).toEqual(['start', 'end']);
  expect(session.getSnapshot()).toMatchObject({ state: 'idle', lastTurn: { outcome: 'done' } });
  const { firstAudioMs = 0, endOfTurnMs = 0, doneMs = 0 } = session.getSnapshot().lastTurn?.timings ?? {};
  expect(firstAudioMs).toBeGreaterThan(endOfTurnMs);
  // 18 and 18 characters, 10 ms each, without a gap to speak of.
  expect(doneMs - firstAudioMs).toBeGreaterThan(250);
  expect(doneMs - firstAudioMs).toBeLessThan(1500);
});

test('the microphone opens while the models are still on their way, and its sound flows past the page', async () => {
  const { input, batches } = realMicrophone();
  const transcriber = new ScriptedTranscriber({ loadMs: 600_000 });
  const session = make({ parts: { ...scripted(), transcriber, input } });
  const opened = new Promise<{ atMs: number; firstFrameMs: number }>((resolve) => {
    session.on('microphone-open', resolve);
  });
  const controller = new AbortController();
  const reason = session.start({ signal: controller.signal }).catch((error: unknown) => error);
  const { atMs, firstFrameMs } = await opened;
  expect(firstFrameMs).toBeGreaterThanOrEqual(0);
  expect(session.getSnapshot()).toMatchObject({ state: 'listening', microphone: 'open' });
  expect(session.getSnapshot().loading).toBeDefined();
  // The fake device beeps once a second.
  const isSound = (batch: CaptureBatch): boolean => batch.samples.some((sample) => sample !== 0);
  await vi.waitFor(() => expect(batches.some(isSound)).toBe(true), { timeout: 5000 });
  // The two times come from two readings of the audio clock.
  expect(batches[0]?.startMs ?? Number.POSITIVE_INFINITY).toBeLessThanOrEqual(atMs + 20);
  controller.abort('enough');
  expect(await reason).toBe('enough');
  expect(session.getSnapshot()).toMatchObject({ state: 'idle', microphone: 'closed' });
});

test('interrupting stops the sound at once and keeps what was begun', async () => {
  const session = make({
    parts: { ...scripted(), synthesizer: new ScriptedSynthesizer({ msPerCharacter: 100 }) },
  });
  const speaking = new Promise((resolve) => session.on('speaking-start', resolve));
  const turn = session.sendText('Hi.');
  await speaking;
  await new Promise((resolve) => setTimeout(resolve, 200));
  session.interrupt();
  await turn;
  expect(session.getSnapshot().messages[1]).toMatchObject({
    text: 'One sentence here.',
    status: 'interrupted',
  });
});

test('a page without AudioWorklet gets audio-unsupported', async () => {
  vi.stubGlobal('AudioWorkletNode', undefined);
  try {
    const error = await make({ parts: scripted() })
      .sendText('Hi.')
      .catch((caught: unknown) => caught);
    expect(isRunAnywhereError(error, 'audio-unsupported')).toBe(true);
  } finally {
    vi.unstubAllGlobals();
  }
});

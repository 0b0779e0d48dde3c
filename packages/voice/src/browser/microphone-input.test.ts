import type { MicrophoneEvents, UtteranceDetectorEvents } from '@runanywhere/audio';
import { Emitter, RunAnywhereError } from '@runanywhere/core';
import { settle } from '@runanywhere/core/testing';
import { beforeEach, expect, test, vi } from 'vitest';
import { watch } from '../../testing/make-session.ts';
import { MicrophoneInput } from './microphone-input.ts';

/** A microphone and a worker that do what the test says. */
function makeInput() {
  const microphone = {
    events: new Emitter<MicrophoneEvents>(),
    open: vi.fn((_options?: { signal?: AbortSignal }) => Promise.resolve()),
    close: vi.fn(() => Promise.resolve()),
    setMuted: vi.fn(),
  };
  const processor = {
    events: new Emitter<UtteranceDetectorEvents>(),
    load: vi.fn(() => Promise.resolve()),
    flush: vi.fn(() => Promise.resolve()),
    capturePort: vi.fn(() => new MessageChannel().port1),
    dispose: vi.fn(() => Promise.resolve()),
  };
  const makeMicrophone = vi.fn(
    (_options: { microphoneId?: string; connect: () => MessagePort }) => microphone,
  );
  const input = new MicrophoneInput({ processor, makeMicrophone, microphoneId: 'desk' });
  const heard: string[] = [];
  for (const name of [
    'microphone-open',
    'level',
    'speech-start',
    'speech-end',
    'speech-lost',
    'microphone-silent',
    'error',
  ] as const) {
    input.events.on(name, () => heard.push(name));
  }
  const speak = (lastSpeechMs: number): void => {
    processor.events.emit('speech-start', { atMs: lastSpeechMs });
    processor.events.emit('speech-end', {
      clip: { samples: new Float32Array(16), sampleRateHz: 16_000, startMs: lastSpeechMs - 1000 },
      lastSpeechMs,
      atMs: lastSpeechMs + 600,
      reason: 'silence',
    });
  };
  return { microphone, processor, makeMicrophone, input, heard, speak };
}

beforeEach(() => vi.useRealTimers());

test('passes on what microphone and worker tell, from the opening on', async () => {
  const { input, heard, speak, microphone, makeMicrophone } = makeInput();
  speak(performance.now());
  expect(heard).toEqual([]);
  await input.open();
  expect(makeMicrophone.mock.calls[0]?.[0].microphoneId).toBe('desk');
  microphone.events.emit('microphone-open', { atMs: performance.now(), firstFrameMs: 30 });
  speak(performance.now() + 1);
  expect(heard).toEqual(['microphone-open', 'speech-start', 'speech-end']);
});

test('the microphone is connected to the worker', async () => {
  const { input, makeMicrophone, processor } = makeInput();
  await input.open();
  expect(makeMicrophone.mock.calls[0]?.[0].connect()).toBeInstanceOf(MessagePort);
  expect(processor.capturePort).toHaveBeenCalledOnce();
});

test('closing ends the utterance in progress and gives it out', async () => {
  const { input, heard, speak, processor, microphone } = makeInput();
  await input.load();
  await input.open();
  processor.flush.mockImplementation(async () => speak(performance.now()));
  await input.close();
  expect(microphone.close).toHaveBeenCalledOnce();
  expect(heard).toEqual(['speech-start', 'speech-end']);
  speak(performance.now());
  expect(heard).toHaveLength(2);
});

test('closing does not wait for a worker that has not loaded, nor long for one that hangs', async () => {
  const { input, processor } = makeInput();
  await input.open();
  await input.close();
  expect(processor.flush).not.toHaveBeenCalled();

  await input.load();
  await input.open();
  processor.flush.mockReturnValue(new Promise(() => undefined));
  vi.useFakeTimers();
  const closed = watch(input.close());
  await vi.advanceTimersByTimeAsync(999);
  expect(closed.state).toBe('pending');
  await vi.advanceTimersByTimeAsync(1);
  expect(closed.state).toBe('resolved');
});

test('what was said before the present opening is not given out', async () => {
  const { input, heard, speak } = makeInput();
  await input.open();
  const before = performance.now();
  await input.close();
  await new Promise((resolve) => setTimeout(resolve, 2));
  await input.open();
  speak(before);
  expect(heard).toEqual([]);
});

test('a worker that crashed is loaded again with the next opening', async () => {
  const { input, heard, processor } = makeInput();
  await input.load();
  await input.open();
  processor.events.emit('error', new RunAnywhereError('worker-crashed', { worker: 'audio-processor' }));
  expect(heard).toEqual(['error']);
  await input.close();
  expect(processor.flush).not.toHaveBeenCalled();
  await input.open();
  expect(processor.load).toHaveBeenCalledTimes(2);
});

test('muting before the first opening holds for it', async () => {
  const { input, microphone } = makeInput();
  input.setMuted(true);
  await input.open();
  expect(microphone.setMuted).toHaveBeenLastCalledWith(true);
  input.setMuted(false);
  expect(microphone.setMuted).toHaveBeenLastCalledWith(false);
});

test('aborted while its code is on the way, it does not ask for the microphone', async () => {
  const { processor, microphone } = makeInput();
  let arrive = (_microphone: typeof microphone): void => undefined;
  const input = new MicrophoneInput({
    processor,
    makeMicrophone: () =>
      new Promise((resolve) => {
        arrive = resolve;
      }),
  });
  const controller = new AbortController();
  const opening = watch(input.open({ signal: controller.signal }));
  controller.abort('enough');
  arrive(microphone);
  await settle();
  expect(opening).toMatchObject({ state: 'rejected', error: 'enough' });
  expect(microphone.open).not.toHaveBeenCalled();
});

test('disposing closes the microphone and ends the worker', async () => {
  const { input, microphone, processor } = makeInput();
  await input.open();
  await input.dispose();
  expect(microphone.close).toHaveBeenCalled();
  expect(processor.dispose).toHaveBeenCalledOnce();
});

test('a microphone that gives only zeros is told, but not one that was muted', async () => {
  const { input, heard, processor } = makeInput();
  await input.open();
  const silence = { atMs: performance.now() + 1, silentMs: 10_000 };
  input.setMuted(true);
  processor.events.emit('digital-silence', silence);
  expect(heard).toEqual([]);
  input.setMuted(false);
  processor.events.emit('digital-silence', silence);
  expect(heard).toEqual(['microphone-silent']);
});

import { isRunAnywhereError, type RunAnywhereError } from '@runanywhere/core';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { listMicrophones, watchMicrophones } from './get-microphone.ts';
import { Microphone, type MicrophoneOptions } from './microphone.ts';
import { receiveCapture } from './receive-capture.ts';
import type { CaptureBatch } from './worklet-messages.ts';

// Chromium’s own fake microphone: a beep every second.
const microphones: Microphone[] = [];
const contexts: AudioContext[] = [];
const tracks: MediaStreamTrack[] = [];
const order: string[] = [];

/** A microphone with what it sends; everything that the browser made for it is watched. */
function make(options: Partial<MicrophoneOptions> = {}) {
  const batches: (Omit<CaptureBatch, 'samples'> & { samples: Float32Array })[] = [];
  let ports = 0;
  const microphone = new Microphone({
    connect: () => {
      ports += 1;
      const { port1, port2 } = new MessageChannel();
      receiveCapture(port2, (batch) => batches.push({ ...batch, samples: batch.samples.slice() }));
      return port1;
    },
    ...options,
  });
  microphones.push(microphone);
  const errors: RunAnywhereError[] = [];
  microphone.events.on('error', (error) => errors.push(error));
  return { microphone, batches, errors, ports: () => ports };
}

const RealContext = globalThis.AudioContext;
class WatchedContext extends RealContext {
  constructor(options?: AudioContextOptions) {
    super(options);
    order.push('context');
    contexts.push(this);
  }
}
const realAddModule = AudioWorklet.prototype.addModule;
const realGetUserMedia = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);

function watch(): void {
  vi.stubGlobal('AudioContext', WatchedContext);
  vi.spyOn(AudioWorklet.prototype, 'addModule').mockImplementation(async function (this: AudioWorklet, url) {
    await realAddModule.call(this, url);
    order.push('worklet');
  });
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockImplementation(async (constraints) => {
    order.push('getUserMedia');
    const stream = await realGetUserMedia(constraints);
    tracks.push(...stream.getTracks());
    return stream;
  });
}

function refuse(name: string, message = ''): void {
  vi.spyOn(navigator.mediaDevices, 'getUserMedia').mockRejectedValue(new DOMException(message, name));
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  return isRunAnywhereError(error) ? error.code : `not ours: ${error}`;
}

const nothingIsLeft = () => ({
  tracks: tracks.filter(({ readyState }) => readyState === 'live').length,
  contexts: contexts.filter(({ state }) => state !== 'closed').length,
});

afterEach(async () => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  for (const microphone of microphones.splice(0)) await microphone.close();
  const left = nothingIsLeft();
  for (const list of [contexts, tracks, order]) list.length = 0;
  expect(left).toEqual({ tracks: 0, contexts: 0 });
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('Microphone', () => {
  test('context and worklet are ready before the person is asked', async () => {
    watch();
    const { microphone } = make();
    await microphone.open();
    expect(order).toEqual(['context', 'worklet', 'getUserMedia']);
  });

  // The fake device is silent between its beeps, so mostly this holds the bound that is told after 60 ms of zeros.
  test('the first frame comes within 150 ms of the question', async () => {
    const gaps: number[] = [];
    for (let i = 0; i < 3; i++) {
      const { microphone } = make();
      microphone.events.on('microphone-open', ({ firstFrameMs }) => gaps.push(firstFrameMs));
      await microphone.open();
      await microphone.close();
    }
    console.info(`getUserMedia to first frame: ${gaps.map((gap) => gap.toFixed(1)).join(', ')} ms`);
    expect(gaps).toHaveLength(3);
    expect(Math.min(...gaps)).toBeGreaterThan(0);
    expect(gaps.sort((a, b) => a - b)[1]).toBeLessThanOrEqual(150);
  });

  test('frames come in batches of at least 10 ms, without a hole, on the page’s clock', async () => {
    const { microphone, batches } = make();
    const openedAt: number[] = [];
    microphone.events.on('microphone-open', ({ atMs }) => openedAt.push(atMs));
    await microphone.open();
    await sleep(1500);
    const nowMs = performance.now();
    expect(batches.length).toBeGreaterThan(80);
    for (const [i, batch] of batches.entries()) {
      expect(batch.samples.length / batch.sampleRateHz).toBeGreaterThanOrEqual(0.01);
      expect(batch.droppedSamples).toBe(0);
      const before = batches[i - 1];
      if (before) expect(batch.frame).toBe(before.frame + before.samples.length);
    }
    const last = batches.at(-1) as CaptureBatch;
    const endMs = last.startMs + (last.samples.length * 1000) / last.sampleRateHz;
    expect(nowMs - endMs).toBeGreaterThan(-25);
    expect(nowMs - endMs).toBeLessThan(100);
    // Open is told from the first sample that is not zero, or from the 60 ms behind which zeros count as sound.
    const toldAfterMs = (openedAt[0] ?? 0) - (batches[0]?.startMs ?? 0);
    expect(toldAfterMs).toBeGreaterThan(-25);
    expect(toldAfterMs).toBeLessThan(60 + 25);
    // The fake device beeps: this is sound, not silence.
    expect(batches.some(({ samples }) => samples.some((sample) => Math.abs(sample) > 0.01))).toBe(true);
  });

  test('muted, it gives silence and stays open, also from the start', async () => {
    const { microphone, batches } = make();
    microphone.setMuted(true);
    await microphone.open();
    await sleep(1200);
    const loudest = () => Math.max(...batches.flatMap(({ samples }) => [...samples].map(Math.abs)));
    expect(loudest()).toBe(0);
    microphone.setMuted(false);
    await sleep(1300);
    expect(loudest()).toBeGreaterThan(0.01);
  });

  test('opens again after it was closed, with a new port', async () => {
    const { microphone, batches, ports } = make();
    await microphone.open();
    await microphone.open();
    await microphone.close();
    await microphone.close();
    const before = batches.length;
    await microphone.open();
    await sleep(100);
    expect(batches.length).toBeGreaterThan(before);
    expect(ports()).toBe(2);
  });

  test('closing at any moment of opening leaves nothing behind', async () => {
    watch();
    for (const delayMs of [0, 1, 5, 20, 60]) {
      const { microphone } = make();
      const opening = codeOf(microphone.open());
      await sleep(delayMs);
      await microphone.close();
      expect(['disposed', 'not ours: undefined']).toContain(await opening);
      await sleep(100); // The person's answer may come late.
      expect(nothingIsLeft()).toEqual({ tracks: 0, contexts: 0 });
    }
  });

  test('closing and opening at once ends open', async () => {
    watch();
    const { microphone, batches } = make();
    const first = codeOf(microphone.open());
    const closed = microphone.close();
    await microphone.open();
    await closed;
    expect(await first).toBe('disposed');
    const before = batches.length;
    await sleep(100);
    expect(batches.length).toBeGreaterThan(before);
    expect(nothingIsLeft()).toEqual({ tracks: 1, contexts: 1 });
  });

  test('an abort rejects with its own reason and asks nobody', async () => {
    watch();
    const controller = new AbortController();
    const { microphone } = make();
    const opening = microphone.open({ signal: controller.signal });
    controller.abort('changed my mind');
    await expect(opening).rejects.toBe('changed my mind');
    expect(order).not.toContain('getUserMedia');
  });

  test.each([
    ['NotAllowedError', 'mic-denied'],
    ['NotFoundError', 'mic-missing'],
    ['OverconstrainedError', 'mic-missing'],
    ['NotReadableError', 'mic-busy'],
    ['InvalidStateError', 'engine-failed'],
  ])('%s is told as %s, and it can be opened afterwards', async (name, code) => {
    watch();
    refuse(name);
    const { microphone } = make();
    expect(await codeOf(microphone.open())).toBe(code);
    expect(nothingIsLeft()).toEqual({ tracks: 0, contexts: 0 });
    vi.restoreAllMocks();
    await microphone.open();
    expect(microphone.isOpen).toBe(true);
  });

  test('a microphone that is not there is missing, by the browser’s own word', async () => {
    const { microphone } = make({ microphoneId: 'no-such-device' });
    expect(await codeOf(microphone.open())).toBe('mic-missing');
  });

  test('a listed microphone can be chosen', async () => {
    await make().microphone.open();
    const [first] = await listMicrophones();
    expect(first?.label).toMatch(/fake/i);
    const { microphone } = make({ microphoneId: first?.microphoneId ?? '' });
    await microphone.open();
    expect(microphone.isOpen).toBe(true);
  });

  test('a device that is plugged in is told, until nobody listens', () => {
    const changed = vi.fn();
    const stop = watchMicrophones(changed);
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    stop();
    navigator.mediaDevices.dispatchEvent(new Event('devicechange'));
    expect(changed).toHaveBeenCalledOnce();
  });

  test('an insecure page, a frame without leave and a browser without worklets are told before anybody is asked', async () => {
    watch();
    vi.stubGlobal('isSecureContext', false);
    expect(await codeOf(make().microphone.open())).toBe('insecure-context');
    vi.unstubAllGlobals();
    watch();
    vi.stubGlobal('AudioWorkletNode', undefined);
    expect(await codeOf(make().microphone.open())).toBe('audio-unsupported');
    vi.unstubAllGlobals();
    vi.stubGlobal('AudioContext', undefined);
    expect(await codeOf(make().microphone.prepare())).toBe('audio-unsupported');
    expect(order).not.toContain('getUserMedia');
  });

  test('a frame without leave says what to add to it', async () => {
    const frame = document.createElement('iframe');
    frame.allow = "microphone 'none'";
    const module = new URL('./microphone.ts', import.meta.url).href;
    frame.srcdoc = `<script type="module">
      const { Microphone } = await import(${JSON.stringify(module)});
      const microphone = new Microphone({ connect: () => new MessageChannel().port1 });
      microphone.open().catch(({ code, message }) => parent.postMessage({ code, message }, '*'));
    </script>`;
    const answer = new Promise<{ code: string; message: string }>((resolve) => {
      addEventListener('message', ({ data, source }) => {
        if (source === frame.contentWindow) resolve(data);
      });
    });
    document.body.append(frame);
    expect(await answer).toMatchObject({
      code: 'permissions-policy',
      message: expect.stringContaining('allow="microphone"'),
    });
    frame.remove();
  });

  test('a worklet that is not served is told with its address', async () => {
    const { microphone } = make({ workletUrl: '/no-such-worklet.js' });
    expect(await codeOf(microphone.open())).toBe('worker-unavailable');
    await expect(microphone.open()).rejects.toThrow(/no-such-worklet\.js/);
  });

  test('a microphone that goes away is told once, everything closes, and it can be opened again', async () => {
    watch();
    const { microphone, errors } = make();
    await microphone.open();
    const [track] = tracks;
    track?.stop();
    track?.dispatchEvent(new Event('ended'));
    track?.dispatchEvent(new Event('ended'));
    expect(errors.map(({ code }) => code)).toEqual(['mic-lost']);
    expect(microphone.isOpen).toBe(false);
    await vi.waitFor(() => expect(nothingIsLeft()).toEqual({ tracks: 0, contexts: 0 }));
    await microphone.open();
    expect(nothingIsLeft()).toEqual({ tracks: 1, contexts: 1 });
  });

  test('a context that somebody suspends goes on by itself, on the right time', async () => {
    watch();
    const { microphone, batches } = make();
    await microphone.open();
    await sleep(100);
    await contexts[0]?.suspend();
    await vi.waitFor(() => expect(contexts[0]?.state).toBe('running'));
    await sleep(600);
    const last = batches.at(-1) as CaptureBatch;
    expect(Math.abs(performance.now() - last.startMs)).toBeLessThan(120);
  });

  test('where the browser waits for a gesture, the next click starts the sound', async () => {
    watch();
    const onBlocked = vi.fn();
    let allowed = false;
    class BlockedContext extends WatchedContext {
      override get state(): AudioContextState {
        return allowed ? super.state : 'suspended';
      }
      override async resume(): Promise<void> {
        if (!navigatorGesture) return;
        allowed = true;
        await super.resume();
        this.dispatchEvent(new Event('statechange'));
      }
    }
    let navigatorGesture = false;
    vi.stubGlobal('AudioContext', BlockedContext);
    const { microphone } = make({ onBlocked });
    const opening = microphone.open();
    await vi.waitFor(() => expect(onBlocked).toHaveBeenCalledOnce(), { timeout: 3000 });
    navigatorGesture = true;
    document.body.dispatchEvent(new Event('pointerdown', { bubbles: true }));
    await opening;
    expect(microphone.isOpen).toBe(true);
  });

  test('where no gesture comes, opening fails in the end and lets the microphone go', async () => {
    watch();
    class BlockedContext extends WatchedContext {
      override get state(): AudioContextState {
        return super.state === 'closed' ? 'closed' : 'suspended';
      }
      override async resume(): Promise<void> {}
    }
    vi.stubGlobal('AudioContext', BlockedContext);
    const { microphone } = make({ gestureTimeoutMs: 100 });
    expect(await codeOf(microphone.open())).toBe('audio-blocked');
    expect(nothingIsLeft()).toEqual({ tracks: 0, contexts: 0 });
  });

  test('a context whose time stands still is replaced, with the same microphone', async () => {
    watch();
    let frozen = false;
    class FreezingContext extends WatchedContext {
      readonly #first = contexts.length === 1;
      override get currentTime(): number {
        return frozen && this.#first ? 1 : super.currentTime;
      }
    }
    vi.stubGlobal('AudioContext', FreezingContext);
    const { microphone, batches, ports } = make();
    await microphone.open();
    frozen = true;
    await vi.waitFor(() => expect(ports()).toBe(2), { timeout: 6000 });
    const before = batches.length;
    await vi.waitFor(() => expect(batches.length).toBeGreaterThan(before + 10), { timeout: 3000 });
    expect(order.filter((step) => step === 'getUserMedia')).toHaveLength(1);
    await vi.waitFor(() => expect(nothingIsLeft()).toEqual({ tracks: 1, contexts: 1 }));
  });
});

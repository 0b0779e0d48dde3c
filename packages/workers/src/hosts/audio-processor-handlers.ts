import { receiveCapture, UtteranceDetector, type UtteranceDetectorEvents } from '@runanywhere/audio';
import { RunAnywhereError, type VoiceActivityDetector } from '@runanywhere/core';
import type { AudioProcessorMessage, AudioProcessorMethods, EngineLocation } from '../methods.ts';
import type { Handlers, HostCall } from '../rpc/host.ts';

type Params = AudioProcessorMethods['load']['params'];

// A record, so that the compiler misses none.
const EVENTS: Record<keyof UtteranceDetectorEvents, true> = {
  level: true,
  'speech-start': true,
  'speech-confirmed': true,
  'speech-misfire': true,
  'speech-end': true,
  'speech-lost': true,
  'digital-silence': true,
  error: true,
};

/** Serves voice activity and segmentation to the page, which listens first. */
export function audioProcessorHandlers(
  makeVad: (location: EngineLocation) => VoiceActivityDetector,
): Handlers<AudioProcessorMethods> {
  let made: { vad: VoiceActivityDetector; detector: UtteranceDetector } | undefined;
  const make = (options: Params): NonNullable<typeof made> => {
    if (!made) {
      const vad = makeVad(options);
      made = { vad, detector: new UtteranceDetector({ ...options, vad }) };
    }
    return made;
  };
  const detector = (): UtteranceDetector => {
    if (made) return made.detector;
    throw new RunAnywhereError('not-loaded', { engine: 'audio-processor' });
  };
  return {
    async load(options, { signal, chunk }) {
      const made = make(options);
      await made.vad.load({ signal, onProgress: (progress) => chunk(progress) });
      made.detector.start();
      return undefined;
    },
    async listen(options, call) {
      const { events } = make(options).detector;
      for (const name of Object.keys(EVENTS) as (keyof UtteranceDetectorEvents)[]) {
        events.on(name, (event) => tell({ name, event } as DetectorEvent, call));
      }
      return new Promise<undefined>(() => undefined);
    },
    async capture(port) {
      const hearing = detector();
      receiveCapture(port, ({ samples, sampleRateHz, startMs, droppedSamples }) => {
        if (droppedSamples > 0) hearing.reportLoss((droppedSamples * 1000) / sampleRateHz);
        hearing.push(samples, { sampleRateHz, startMs });
      });
      return undefined;
    },
    async flush() {
      await detector().flush();
      return undefined;
    },
  };
}

type DetectorEvent = {
  [Name in keyof UtteranceDetectorEvents]: { name: Name; event: UtteranceDetectorEvents[Name] };
}[keyof UtteranceDetectorEvents];

function tell({ name, event }: DetectorEvent, { chunk }: HostCall<AudioProcessorMessage>): void {
  if (name === 'error') chunk({ name, event: event.toWire() });
  else if (name === 'speech-end') chunk({ name, event }, [event.clip.samples.buffer]);
  else chunk({ name, event } as AudioProcessorMessage);
}

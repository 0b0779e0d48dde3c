import { describe, expect, test } from 'vitest';
import type { SynthesisEvent, Synthesizer } from '../../synthesizer.ts';
import { describeEngine } from './engine.ts';
import { count, drain, expectError, type Make } from './support.ts';

/** The suite of {@link Synthesizer}. */
export function describeSynthesizer(make: Make<Synthesizer>): void {
  const text = 'Good morning. It is seven thirty.';
  describe('as a Synthesizer', () => {
    const subject = describeEngine(make, (engine, options) => drain(engine.synthesize(text, options)));

    test('any number of clips at the declared rate, then exactly one end', async () => {
      const engine = await subject();
      const events = await drain(engine.synthesize(text));
      const clips = events.flatMap((event) => (event.type === 'speech-delta' ? [event.clip] : []));
      expect(clips.length).toBeGreaterThan(0);
      for (const clip of clips) {
        expect(clip.sampleRateHz).toBe(engine.capabilities.sampleRateHz);
        expect(clip.samples.every((sample) => Math.abs(sample) <= 1)).toBe(true);
      }
      expect(events.at(-1)?.type).toBe('speech-end');
      expect(count(events, 'speech-end')).toBe(1);
    });

    test('reports how much sound it gave', async () => {
      const engine = await subject();
      const events = await drain(engine.synthesize(text));
      const end = events.at(-1);
      expect(end?.type === 'speech-end' ? end.audioMs : 0).toBeCloseTo(audioMs(events), 0);
    });

    test('twice the speed takes less time', async () => {
      const engine = await subject();
      const [slow, fast] = [
        await drain(engine.synthesize(text)),
        await drain(engine.synthesize(text, { speed: 2 })),
      ];
      expect(audioMs(fast)).toBeLessThan(audioMs(slow) * 0.75);
    });

    test('nothing to say gives only the end', async () => {
      expect(await drain((await subject()).synthesize(' \n'))).toMatchObject([
        { type: 'speech-end', audioMs: 0 },
      ]);
    });

    test('an unknown voice and a wild speed are refused', async () => {
      const engine = await subject();
      await expectError(drain(engine.synthesize(text, { voice: 'nobody' })), 'invalid-options');
      await expectError(drain(engine.synthesize(text, { speed: 9 })), 'invalid-options');
    });

    test('after an abort the next call is whole', async () => {
      const engine = await subject();
      const alone = audioMs(await drain(engine.synthesize(text)));
      const controller = new AbortController();
      const call = drain(engine.synthesize(text.repeat(4), { signal: controller.signal }));
      setTimeout(() => controller.abort('barge-in'), 20);
      await call.catch((reason: unknown) => expect(reason).toBe('barge-in'));
      expect(audioMs(await drain(engine.synthesize(text)))).toBeCloseTo(alone, 0);
    });
  });
}

function audioMs(events: readonly SynthesisEvent[]): number {
  return events.reduce(
    (sum, event) =>
      sum +
      (event.type === 'speech-delta' ? (event.clip.samples.length * 1000) / event.clip.sampleRateHz : 0),
    0,
  );
}

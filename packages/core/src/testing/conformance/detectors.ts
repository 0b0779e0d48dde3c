import { describe, expect, test } from 'vitest';
import type { TurnDetector } from '../../turn-detector.ts';
import type { VoiceActivityDetector } from '../../voice-activity-detector.ts';
import { describeEngine } from './engine.ts';
import { expectError, type Make, silence } from './support.ts';

/** The suite of {@link VoiceActivityDetector}. */
export function describeVoiceActivityDetector(make: Make<VoiceActivityDetector>): void {
  describe('as a VoiceActivityDetector', () => {
    const subject = describeEngine(make, (engine, options) =>
      engine.process(new Float32Array(engine.frameSamples), options),
    );

    test('gives a probability, a low one for silence', async () => {
      const engine = await subject();
      engine.reset();
      let probability = 1;
      for (let n = 0; n < 5; n += 1)
        probability = await engine.process(new Float32Array(engine.frameSamples));
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThan(0.2);
    });

    test('a reset makes the past forgotten', async () => {
      const engine = await subject();
      const frame = Float32Array.from({ length: engine.frameSamples }, (_, n) => 0.5 * Math.sin(n / 7));
      engine.reset();
      const first = await engine.process(frame);
      await engine.process(frame);
      engine.reset();
      expect(await engine.process(frame)).toBe(first);
    });

    test('a frame of another length is refused', async () => {
      await expectError((await subject()).process(new Float32Array(100)), 'invalid-audio');
    });
  });
}

/** The suite of {@link TurnDetector}. */
export function describeTurnDetector(make: Make<TurnDetector>): void {
  describe('as a TurnDetector', () => {
    const subject = describeEngine(make, (engine, options) => engine.predict(silence(0.5), options));

    test('gives a probability', async () => {
      const { endProbability } = await (await subject()).predict(silence(1));
      expect(endProbability).toBeGreaterThanOrEqual(0);
      expect(endProbability).toBeLessThanOrEqual(1);
    });

    test('a clip of another rate is refused', async () => {
      await expectError((await subject()).predict({ ...silence(1), sampleRateHz: 8000 }), 'invalid-audio');
    });
  });
}

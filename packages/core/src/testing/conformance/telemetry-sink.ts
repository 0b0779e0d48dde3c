import { describe, expect, test } from 'vitest';
import type { TelemetrySink } from '../../telemetry.ts';
import type { Make } from './support.ts';

/** The suite of {@link TelemetrySink}. */
export function describeTelemetrySink(make: Make<TelemetrySink>): void {
  describe('as a TelemetrySink', () => {
    test('takes any event without throwing', async () => {
      const sink = await make();
      const event = { stage: 'language', turn: 1, atMs: 12 } as const;
      expect(() => {
        sink.record({ type: 'stage-start', ...event });
        sink.record({ type: 'stage-end', ...event, outcome: 'failed', counts: { promptTokens: 3 } });
      }).not.toThrow();
    });
  });
}

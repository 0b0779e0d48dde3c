import { describe, expect, test } from 'vitest';
import type { AudioClip } from '../../audio-clip.ts';
import type { Transcriber, TranscriptEvent } from '../../transcriber.ts';
import { describeEngine } from './engine.ts';
import { count, drain, expectError, type Make, silence } from './support.ts';

/** The suite of {@link Transcriber}. `speech` is a clip in which somebody speaks, 16 000 Hz. */
export function describeTranscriber(
  make: Make<Transcriber>,
  { speech }: { speech: () => AudioClip | Promise<AudioClip> },
): void {
  describe('as a Transcriber', () => {
    const subject = describeEngine(make, (engine, options) =>
      drain(engine.transcribe(silence(0.5), options)),
    );

    test('any number of deltas, then exactly one end', async () => {
      const events = await drain((await subject()).transcribe(await speech()));
      expect(events.at(-1)).toMatchObject({ type: 'transcript-end', text: expect.stringMatching(/\w/) });
      expect(count(events, 'transcript-end')).toBe(1);
    });

    test('declares truly whether it guesses while it works', async () => {
      const engine = await subject();
      const events = await drain(engine.transcribe(await speech()));
      expect(count(events, 'transcript-delta') > 0).toBe(engine.capabilities.interim);
    });

    test('an empty clip has an empty transcript', async () => {
      const events = await drain((await subject()).transcribe(silence(0)));
      expect(events.at(-1)).toMatchObject({ type: 'transcript-end', text: '' });
    });

    test('a clip of another rate is refused', async () => {
      const clip = { ...silence(0.5), sampleRateHz: 44_100 };
      await expectError(drain((await subject()).transcribe(clip)), 'invalid-audio');
    });

    test('two calls at once are answered as one after the other', async () => {
      const engine = await subject();
      const alone = await transcript(engine, await speech());
      const [first, second] = await Promise.all([
        transcript(engine, await speech()),
        transcript(engine, silence(0)),
      ]);
      expect([first, second]).toEqual([alone, '']);
    });

    test('after an abort in flight the next call is right', async () => {
      const engine = await subject();
      const alone = await transcript(engine, await speech());
      const controller = new AbortController();
      const call = drain(engine.transcribe(await speech(), { signal: controller.signal }));
      setTimeout(() => controller.abort('barge-in'), 20);
      await call.catch((reason: unknown) => expect(reason).toBe('barge-in'));
      expect(await transcript(engine, await speech())).toBe(alone);
    });
  });
}

async function transcript(engine: Transcriber, clip: AudioClip): Promise<string> {
  const events: TranscriptEvent[] = await drain(engine.transcribe(clip));
  return events.at(-1)?.text ?? '';
}

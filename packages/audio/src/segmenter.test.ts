import { isRunAnywhereError } from '@runanywhere/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Segmenter, type SegmenterEvent, type SegmenterOptions } from './segmenter.ts';

const FRAME_MS = 32; // 512 samples at 16 kHz
const PROBABILITY: Readonly<Record<string, number>> = { '#': 0.9, '+': 0.6, '~': 0.4, '.': 0.05 };

/** Draws probabilities as text: `#` and `+` speech, `.` silence, `~` in between; one mark per frame. */
function play(drawing: string, options?: Partial<SegmenterOptions>, flush = false): SegmenterEvent[] {
  const segmenter = new Segmenter(options);
  const events = [...drawing].flatMap((mark, index) =>
    segmenter.push(PROBABILITY[mark] ?? 0, { startMs: index * FRAME_MS, durationMs: FRAME_MS }),
  );
  return flush ? [...events, ...segmenter.flush()] : events;
}

const names = (events: SegmenterEvent[]) => events.map((event) => event.type.replace('speech-', ''));
const ends = (events: SegmenterEvent[]) => events.filter((event) => event.type === 'speech-end');
const SILENCE = '.'.repeat(19); // 608 ms, just over the redemption

describe('Segmenter', () => {
  test.each<[string, string, string[]]>([
    ['says nothing about silence', SILENCE, []],
    ['confirms speech once it lasts', '########', ['start', 'confirmed']],
    ['ends an utterance after the redemption', `##########${SILENCE}`, ['start', 'confirmed', 'end']],
    ['not a frame earlier', `##########${SILENCE.slice(1)}`, ['start', 'confirmed']],
    ['keeps one utterance over a short pause', `####....####${SILENCE}`, ['start', 'confirmed', 'end']],
    ['drops a cough as a misfire', `##${SILENCE}`, ['start', 'misfire']],
    ['doubtful frames alone start nothing', '~'.repeat(40), []],
    ['doubtful frames after speech are no silence', `########${'~'.repeat(40)}`, ['start', 'confirmed']],
    ['doubtful frames do not break a silence', `########${'.~~'.repeat(8)}`, ['start', 'confirmed', 'end']],
    [
      'a second utterance is one of its own',
      `########${SILENCE}########${SILENCE}`,
      ['start', 'confirmed', 'end', 'start', 'confirmed', 'end'],
    ],
  ])('%s', (_behaviour, drawing, expected) => {
    expect(names(play(drawing))).toEqual(expected);
  });

  test('tells when speech began, was confirmed, was heard last and ended', () => {
    expect(play(`....##########${SILENCE}`)).toEqual([
      { type: 'speech-start', atMs: 4 * FRAME_MS },
      { type: 'speech-confirmed', atMs: 12 * FRAME_MS },
      {
        type: 'speech-end',
        atMs: 33 * FRAME_MS,
        clipStartMs: 4 * FRAME_MS - 400,
        clipEndMs: 14 * FRAME_MS + 300,
        lastSpeechMs: 14 * FRAME_MS,
        speechMs: 10 * FRAME_MS,
        reason: 'silence',
      },
    ]);
  });

  test('padding never reaches into the utterance before', () => {
    const [first, second] = ends(
      play(`##########..########..`, { redemptionMs: 64, postSpeechPadMs: 64, preSpeechPadMs: 1000 }),
    );
    expect(second?.clipStartMs).toBe(first?.clipEndMs);
  });

  test('a flush ends what is in progress, whatever it is', () => {
    expect(names(play('##########', {}, true))).toEqual(['start', 'confirmed', 'end']);
    expect(names(play('##', {}, true))).toEqual(['start', 'misfire']);
    expect(names(play('....', {}, true))).toEqual([]);
  });

  test('cuts what is too long at its quietest recent place', () => {
    const options = { maxUtteranceMs: 3200, cutSearchMs: 1600, preSpeechPadMs: 0 };
    // 100 frames fill an utterance; the softest of its last 50 is frame 60.
    const drawing = `${'#'.repeat(60)}+${'#'.repeat(59)}${SILENCE}`;
    const [first, second] = ends(play(drawing, options));
    expect(first).toMatchObject({ reason: 'cut', clipEndMs: 61 * FRAME_MS });
    expect(second).toMatchObject({ reason: 'silence', clipStartMs: 61 * FRAME_MS, speechMs: 59 * FRAME_MS });
  });

  test('the last word after a cut is no misfire, however short', () => {
    const options = { maxUtteranceMs: 3200, cutSearchMs: 1600, preSpeechPadMs: 0 };
    const events = play(`${'#'.repeat(101)}${SILENCE}`, options);
    expect(names(events)).toEqual(['start', 'confirmed', 'end', 'start', 'confirmed', 'end']);
  });

  test('a cut within a pause leaves no empty utterance behind', () => {
    const options = { maxUtteranceMs: 3200, cutSearchMs: 1600, preSpeechPadMs: 0, redemptionMs: 3000 };
    const events = play(`${'#'.repeat(80)}${'.'.repeat(60)}${'#'.repeat(20)}`, options, true);
    expect(names(events)).toEqual(['start', 'confirmed', 'end', 'start', 'confirmed', 'end']);
    const [first, second] = ends(events);
    expect(second?.clipStartMs).toBeGreaterThanOrEqual(first?.clipEndMs ?? Number.NaN);
  });

  test('ten minutes of noise come in pieces that meet exactly and hold all of it', () => {
    const clips = ends(play('#'.repeat(18_750), {}, true));
    expect(clips.length).toBeGreaterThan(21);
    for (const [i, clip] of clips.entries()) {
      expect(clip.clipEndMs - clip.clipStartMs).toBeLessThanOrEqual(28_000 + FRAME_MS);
      if (i > 0) expect(clip.clipStartMs).toBe(clips[i - 1]?.clipEndMs);
    }
    expect(clips.at(-1)?.clipEndMs).toBe(600_000);
  });

  test('every confirmed speech frame is in exactly one clip', () => {
    const drawings = fc.array(
      fc.tuple(fc.constantFrom('#', '+', '~', '.'), fc.integer({ min: 1, max: 90 })),
      {
        maxLength: 30,
      },
    );
    const options = { maxUtteranceMs: 3200, cutSearchMs: 1600, minSpeechMs: 0 };
    fc.assert(
      fc.property(drawings, (stretches) => {
        const drawing = stretches.map(([mark, length]) => mark.repeat(length)).join('');
        const clips = ends(play(drawing, options, true));
        for (const [i, mark] of [...drawing].entries()) {
          if (mark === '~' || mark === '.') continue;
          const middleMs = (i + 0.5) * FRAME_MS;
          expect(
            clips.filter((clip) => clip.clipStartMs < middleMs && middleMs < clip.clipEndMs),
          ).toHaveLength(1);
        }
        for (const [i, clip] of clips.entries()) {
          if (i > 0) expect(clip.clipStartMs).toBeGreaterThanOrEqual(clips[i - 1]?.clipEndMs ?? Number.NaN);
        }
      }),
    );
  });

  test.each<[string, Partial<SegmenterOptions>]>([
    ['silenceThreshold', { speechThreshold: 0.2, silenceThreshold: 0.3 }],
    ['speechThreshold', { speechThreshold: 1.5 }],
    ['redemptionMs', { redemptionMs: -1 }],
    ['minSpeechMs', { minSpeechMs: Number.NaN }],
    ['maxUtteranceMs', { maxUtteranceMs: 10 }],
    ['cutSearchMs', { cutSearchMs: 20_000 }],
  ])('refuses a %s that makes no sense', (option, options) => {
    try {
      new Segmenter(options);
      expect.unreachable();
    } catch (error) {
      expect(isRunAnywhereError(error, 'invalid-options') && error.details.option).toBe(option);
    }
  });
});

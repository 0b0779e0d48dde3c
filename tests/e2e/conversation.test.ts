import { wordErrorRate } from '@runanywhere/core/word-error-rate';
import { describe, expect, test } from 'vitest';
import { openBarePage, readRecording } from '../../scripts/lib/bare-page.mjs';
import { makeMicrophoneWav } from '../../scripts/lib/microphone-wav.mjs';
import provenance from '../fixtures/speech/provenance.json' with { type: 'json' };
import { converse, first, textOf } from './converse.ts';
import { browserPath, modelsFolder, speechFile, transcribe } from './environment.ts';

const people = provenance.clips.filter(({ reader }) => reader !== undefined);

/** Gets plain sentences from the model: names, Latin and two-word exclamations say nothing about how the voice sounds. */
const PLAIN_PROMPT = 'You are a friendly voice assistant. Answer in one short sentence of simple words.';

/** Notes when the page’s audio was ready and when it asked for the microphone. */
function watchMicrophoneOrder(): void {
  const order: string[] = [];
  Object.assign(globalThis, { microphoneOrder: order });
  const addModule = AudioWorklet.prototype.addModule;
  AudioWorklet.prototype.addModule = async function (...args) {
    await addModule.apply(this, args);
    order.push(
      `worklet ready: ${new URL(String(args[0]), location.href).pathname.includes('capture') ? 'capture' : 'other'}`,
    );
  };
  const { mediaDevices } = navigator;
  const getUserMedia = mediaDevices.getUserMedia.bind(mediaDevices);
  mediaDevices.getUserMedia = (constraints) => {
    order.push('getUserMedia');
    return getUserMedia(constraints);
  };
}

describe('a person speaks and the page answers', () => {
  test.each(people)('$file', async ({ file, transcript }) => {
    const microphone = await makeMicrophoneWav([speechFile(file)]);
    const bare = await openBarePage({
      executablePath: browserPath(),
      modelsFolder,
      microphoneWav: microphone.file,
      initScript: watchMicrophoneOrder,
    });
    try {
      // JFK pauses for 1.5 s inside his sentence; telling such a pause from an end is not the segmenter's to do.
      const segmenter = { redemptionMs: file === 'jfk.wav' ? 1600 : 600 };
      const conversation = await converse(bare.page, { session: { segmenter, systemPrompt: PLAIN_PROMPT } });
      const heard = textOf(conversation, 'user');
      const answered = textOf(conversation, 'assistant');
      const heardRate = wordErrorRate(transcript, heard).wordErrorRate;
      console.log(`${file}: ${(heardRate * 100).toFixed(1)} % of words wrong (Moonshine tiny)`);
      expect(heardRate).toBeLessThanOrEqual(0.15);
      expect(answered).toMatch(/\w/);

      const recording = await readRecording(bare.page);
      const spoken = await transcribe({ ...recording, startMs: 0 });
      const spokenRate = wordErrorRate(answered, spoken).wordErrorRate;
      console.log(
        `${file}: ${(spokenRate * 100).toFixed(1)} % of the reply’s words wrong in the recorded output (Moonshine tiny)`,
      );
      expect(spokenRate, `written: ${answered}\nheard back: ${spoken}`).toBeLessThanOrEqual(0.15);

      const { firstFrameMs } = first(conversation, 'microphone-open').event as { firstFrameMs: number };
      console.log(`${file}: first frame ${firstFrameMs.toFixed(0)} ms after getUserMedia`);
      expect(firstFrameMs).toBeLessThanOrEqual(150);
      const order = await bare.page.evaluate(
        () => (globalThis as unknown as { microphoneOrder: string[] }).microphoneOrder,
      );
      expect(order.indexOf('worklet ready: capture')).toBeGreaterThanOrEqual(0);
      expect(order.indexOf('worklet ready: capture')).toBeLessThan(order.indexOf('getUserMedia'));
      expect(bare.complaints).toEqual([]);
    } finally {
      await bare.close();
    }
  });

  test('a reply of two or more sentences is heard before it is finished', async () => {
    const bare = await openBarePage({ executablePath: browserPath(), modelsFolder });
    try {
      const conversation = await converse(bare.page, {
        typed: 'Tell me three things about the sea, in three sentences.',
        session: { systemPrompt: 'You are a helpful assistant.', maxReplyTokens: 64 },
      });
      const reply = textOf(conversation, 'assistant');
      expect(reply.match(/[.!?](\s|$)/g)?.length, reply).toBeGreaterThanOrEqual(2);
      const firstAudioMs = (first(conversation, 'speaking-start').event as { atMs: number }).atMs;
      const lastTokenMs =
        conversation.events.filter(({ name }) => name === 'reply-delta').at(-1)?.heardMs ?? 0;
      expect(firstAudioMs).toBeLessThan(lastTokenMs);
    } finally {
      await bare.close();
    }
  });
});

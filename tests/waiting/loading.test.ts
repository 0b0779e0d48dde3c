import { wordErrorRate } from '@runanywhere/core/word-error-rate';
import { expect, test } from 'vitest';
import { openBarePage } from '../../scripts/lib/bare-page.mjs';
import { makeMicrophoneWav } from '../../scripts/lib/microphone-wav.mjs';
import { converse, first, textOf } from '../e2e/converse.ts';
import { browserPath, modelsFolder, speechFile } from '../e2e/environment.ts';
import provenance from '../fixtures/speech/provenance.json' with { type: 'json' };

const SLOW_MS = 90_000;

test('no word is lost that is said while the models take 90 s to load', async () => {
  const transcript = provenance.clips.find(({ file }) => file === 'jfk.wav')?.transcript ?? '';
  // The first word comes within the first second after the microphone opens.
  const microphone = await makeMicrophoneWav([speechFile('jfk.wav')], { leadMs: 400 });
  let firstRequestMs: number | undefined;
  const bare = await openBarePage({
    executablePath: browserPath(),
    modelsFolder,
    microphoneWav: microphone.file,
    record: false,
    intercept: async (_request, _response, pathname) => {
      if (pathname.startsWith('/models/')) {
        firstRequestMs ??= performance.now();
        const leftMs = firstRequestMs + SLOW_MS - performance.now();
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, leftMs)));
      }
      return false;
    },
  });
  try {
    const conversation = await converse(bare.page, { preload: false, timeoutMs: 240_000 });
    const openMs = first(conversation, 'microphone-open').heardMs;
    const transcriptMs = first(conversation, 'transcript').heardMs;
    // On a busy machine the page itself may take a while from the first request to the open microphone.
    expect(transcriptMs - openMs).toBeGreaterThan(SLOW_MS * 0.5);
    const heard = textOf(conversation, 'user');
    const { wordErrorRate: rate, deletions } = wordErrorRate(transcript, heard);
    console.log(`${deletions} words lost, ${(rate * 100).toFixed(1)} % wrong (Moonshine tiny)`);
    expect(deletions, heard).toBe(0);
    expect(rate).toBeLessThanOrEqual(0.15);
    expect(textOf(conversation, 'assistant')).toMatch(/\w/);
  } finally {
    await bare.close();
  }
});

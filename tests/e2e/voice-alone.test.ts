import { wordErrorRate } from '@runanywhere/core/word-error-rate';
import { expect, test } from 'vitest';
import phonemes from '../../packages/tts/fixtures/phonemes.json' with { type: 'json' };
import { openBarePage } from '../../scripts/lib/bare-page.mjs';
import { browserPath, modelsFolder, transcribe } from './environment.ts';

/** Runs in the page: synthesises each text and gives its samples as base64 of 32-bit floats. */
async function synthesizeAll(texts: readonly string[]): Promise<{ sampleRateHz: number; base64: string[] }> {
  const voice = new globalThis.runanywhere.WorkerSynthesizer({ modelsUrl: '/models/' });
  await voice.load();
  const base64: string[] = [];
  for (const text of texts) {
    let binary = '';
    for await (const event of voice.synthesize(text)) {
      if (event.type !== 'speech-delta') continue;
      const bytes = new Uint8Array(
        event.clip.samples.buffer,
        event.clip.samples.byteOffset,
        event.clip.samples.byteLength,
      );
      for (let n = 0; n < bytes.length; n += 32_768)
        binary += String.fromCharCode(...bytes.subarray(n, n + 32_768));
    }
    base64.push(btoa(binary));
  }
  const { sampleRateHz } = voice.capabilities;
  await voice.dispose();
  return { sampleRateHz, base64 };
}

test('the voice alone, transcribed back: at most 4 % of words wrong over the twelve sentences', async () => {
  const texts = phonemes.cases.slice(-12).map(({ text }) => text);
  const bare = await openBarePage({ executablePath: browserPath(), modelsFolder, record: false });
  try {
    const { sampleRateHz, base64 } = await bare.page.evaluate(synthesizeAll, texts);
    let errors = 0;
    let words = 0;
    for (const [index, text] of texts.entries()) {
      const samples = new Float32Array(new Uint8Array(Buffer.from(base64[index] ?? '', 'base64')).buffer);
      const heard = await transcribe({ samples, sampleRateHz, startMs: 0 });
      const counted = wordErrorRate(text, heard);
      errors += counted.errors;
      words += counted.words;
      if (counted.errors > 0) console.log(`${counted.errors} wrong: ${text}\n      heard: ${heard}`);
    }
    console.log(
      `voice alone: ${errors} of ${words} words wrong (${((100 * errors) / words).toFixed(1)} %, Moonshine tiny)`,
    );
    expect(words).toBeGreaterThan(100);
    expect(errors / words).toBeLessThanOrEqual(0.04);
  } finally {
    await bare.close();
  }
});

import { readFileSync } from 'node:fs';
import { isRunAnywhereError, type ModelSource, type SynthesisEvent } from '@runanywhere/core';
import { describeSynthesizer } from '@runanywhere/core/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import reference from '../../fixtures/sound.json' with { type: 'json' };
import { realSource, VOICE_ID } from '../testing/real-models.ts';
import { bandLevels, meanDistance, plainWavSamples } from '../testing/sound.ts';
import { NeuralVoice } from './neural-voice.ts';

describeSynthesizer(async () => new NeuralVoice({ source: await realSource() }));

async function speak(voice: NeuralVoice, text: string, speed = 1): Promise<SynthesisEvent[]> {
  const events: SynthesisEvent[] = [];
  for await (const event of voice.synthesize(text, { speed })) events.push(event);
  return events;
}

function samplesOf(events: readonly SynthesisEvent[]): Float32Array {
  const clips = events.flatMap((event) => (event.type === 'speech-delta' ? [event.clip.samples] : []));
  return Float32Array.from(clips.flatMap((samples) => [...samples]));
}

/** Notes which files are opened, and can lack one. */
class WatchedSource implements ModelSource {
  readonly opened: string[] = [];
  readonly #source: ModelSource;

  constructor(source: ModelSource) {
    this.#source = source;
  }

  open(...call: Parameters<ModelSource['open']>): Promise<Blob> {
    this.opened.push(call[1]);
    return this.#source.open(...call);
  }

  urlOf(): undefined {
    return undefined;
  }
}

describe('NeuralVoice', () => {
  let voice: NeuralVoice;
  beforeAll(async () => {
    voice = new NeuralVoice({ source: await realSource(), noiseSeed: 'off', keepSilence: true });
    await voice.load();
  });
  afterAll(() => voice.dispose());

  test.each(reference.sentences)('"$text" sounds like the oracle', async ({ file, text, speed, samples }) => {
    const wanted = plainWavSamples(readFileSync(new URL(`../../fixtures/${file}`, import.meta.url)));
    const actual = samplesOf(await speak(voice, text, speed));
    const distanceDb = meanDistance(bandLevels(wanted, -90), bandLevels(actual, -90));
    console.log(`"${text}": ${distanceDb.toFixed(2)} dB between the band levels`);
    expect(actual.length).toBe(samples);
    expect(distanceDb).toBeLessThan(2);
  });

  test('gives each sentence by itself, with its text', async () => {
    const events = await speak(voice, 'First one. Then **another** one.');
    expect(events.map((event) => (event.type === 'speech-delta' ? event.text : event.type))).toEqual([
      'First one.',
      'Then another one.',
      'speech-end',
    ]);
  });

  test('a sentence is given before the ones behind it are read', async () => {
    const source = new WatchedSource(await realSource());
    const fresh = new NeuralVoice({ source });
    await fresh.load();
    const opened: boolean[] = [];
    for await (const event of fresh.synthesize('One is known. Two is known. Three is a blorf.')) {
      if (event.type === 'speech-delta') opened.push(source.opened.includes('oov.onnx'));
    }
    expect(opened).toEqual([false, expect.any(Boolean), true]);
    await fresh.dispose();
  });

  test('starts with sound, and its pauses follow the punctuation', async () => {
    const plain = new NeuralVoice({ source: await realSource() });
    await plain.load();
    const silentMs = async (text: string): Promise<[number, number]> => {
      const samples = samplesOf(await speak(plain, text));
      const heard = (sample: number): boolean => Math.abs(sample) > 0.002;
      return [samples.findIndex(heard) / 24, (samples.length - 1 - samples.findLastIndex(heard)) / 24];
    };
    const [leadMs, sentenceMs] = await silentMs('Of course I can.');
    const [, clauseMs] = await silentMs('Of course I can,');
    expect(leadMs).toBeLessThan(100);
    expect(clauseMs).toBeLessThan(sentenceMs - 80);
    await plain.dispose();
  });

  test('an abort between two sentences rejects with the reason and gives nothing more', async () => {
    const controller = new AbortController();
    const texts: string[] = [];
    const reading = (async () => {
      for await (const event of voice.synthesize('One. Two. Three. Four. Five.', {
        signal: controller.signal,
      })) {
        if (event.type !== 'speech-delta') continue;
        texts.push(event.text);
        controller.abort('barge-in');
      }
    })();
    await expect(reading).rejects.toBe('barge-in');
    expect(texts).toEqual(['One.']);
  });

  test('a text without words is silent', async () => {
    expect(await speak(voice, '🙂 … ***')).toMatchObject([{ type: 'speech-end', audioMs: 0 }]);
  });

  test('noise is part of the voice, the same for the same text', async () => {
    const breathy = new NeuralVoice({ source: await realSource(), keepSilence: true });
    await breathy.load();
    const once = samplesOf(await speak(breathy, 'Yes.'));
    expect(samplesOf(await speak(breathy, 'Yes.'))).toEqual(once);
    expect(once).not.toEqual(samplesOf(await speak(voice, 'Yes.')));
    await breathy.dispose();
  });
});

describe('loading', () => {
  test('the network for unknown words is loaded when the first one comes', async () => {
    const source = new WatchedSource(await realSource());
    const voice = new NeuralVoice({ source });
    await voice.load();
    await speak(voice, 'All of these words are known.');
    expect(source.opened).not.toContain('oov.onnx');
    await speak(voice, 'The frumious blorf.');
    await speak(voice, 'Another quobble.');
    expect(source.opened.filter((file) => file === 'oov.onnx')).toHaveLength(1);
    await voice.dispose();
  });

  test('reports progress for every file it loads', async () => {
    const files = new Set<string>();
    // A source of its own, or the runtime is there already.
    const voice = new NeuralVoice({ source: new WatchedSource(await realSource()) });
    await voice.load({
      onProgress: ({ file, loadedBytes, totalBytes }) => {
        if (loadedBytes === totalBytes) files.add(file);
      },
    });
    expect([...files].sort()).toEqual([
      'hibari.onnx',
      'lexicon_us_gold.json.gz',
      'lexicon_us_silver.json.gz',
      'normalize.json',
      'ort-wasm-simd-threaded.wasm',
      'tagger.json.gz',
      'tokenizer_exceptions.json',
      'vocab.json',
    ]);
    await voice.dispose();
  });

  test('a language that it does not speak is refused by name', async () => {
    const source = await realSource();
    const refused = (): NeuralVoice => new NeuralVoice({ source, language: 'de' });
    expect(refused).toThrow('"de"');
    try {
      refused();
    } catch (error) {
      expect(isRunAnywhereError(error, 'language-unsupported') && error.details.supported).toEqual(['en']);
    }
    expect(() => new NeuralVoice({ source, language: 'en-GB' })).not.toThrow();
  });

  test('a model that the source does not have is named', async () => {
    const voice = new NeuralVoice({ source: await realSource(), modelId: 'no-such-voice' });
    const error = await voice.load().catch((caught: unknown) => caught);
    expect(isRunAnywhereError(error, 'model-unknown') && error.details.modelId).toBe('no-such-voice');
    await voice.dispose();
  });
});

test('the catalog’s id is the default', async () => {
  expect(new NeuralVoice({ source: await realSource() }).modelId).toBe(VOICE_ID);
});

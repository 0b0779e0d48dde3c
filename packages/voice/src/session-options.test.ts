import { isRunAnywhereError } from '@runanywhere/core';
import { ScriptedLanguageModel, ScriptedSynthesizer, ScriptedTranscriber } from '@runanywhere/core/testing';
import { describe, expect, test } from 'vitest';
import { makeSession } from '../testing/make-session.ts';
import { ReplySentences } from './reply-sentences.ts';
import { DEFAULT_SYSTEM_PROMPT, resolveSessionOptions, type SessionOptions } from './session-options.ts';

const parts = {
  transcriber: new ScriptedTranscriber({ modelId: 'ears' }),
  languageModel: new ScriptedLanguageModel({ modelId: 'brain', contextTokens: 512 }),
  synthesizer: new ScriptedSynthesizer({ modelId: 'mouth' }),
};

function refusal(options: SessionOptions): unknown {
  try {
    return resolveSessionOptions(parts, options);
  } catch (error) {
    return isRunAnywhereError(error, 'invalid-options') ? error.details.option : error;
  }
}

test('defaults', () => {
  expect(resolveSessionOptions(parts, {})).toMatchObject({
    systemPrompt: DEFAULT_SYSTEM_PROMPT,
    speed: 1,
    volume: 1,
    language: 'en',
    maxReplyTokens: 128,
    temperature: 0,
    interruptible: true,
    maxKeptSpeechMs: 300_000,
    stallTimeoutMs: 30_000,
  });
});

test.each<[keyof SessionOptions, SessionOptions]>([
  ['speed', { speed: 0.4 }],
  ['speed', { speed: 2.1 }],
  ['speed', { speed: Number.NaN }],
  ['volume', { volume: -0.1 }],
  ['volume', { volume: 1.1 }],
  ['maxReplyTokens', { maxReplyTokens: 0 }],
  ['maxReplyTokens', { maxReplyTokens: 1.5 }],
  ['maxReplyTokens', { maxReplyTokens: 512 }],
  ['temperature', { temperature: -1 }],
  ['maxKeptSpeechMs', { maxKeptSpeechMs: -1 }],
  ['maxKeptSpeechMs', { maxKeptSpeechMs: Number.POSITIVE_INFINITY }],
  ['stallTimeoutMs', { stallTimeoutMs: 0 }],
  ['voice', { voice: 'nobody' }],
])('refuses %s %o before anything is loaded', (option, options) => {
  expect(refusal(options)).toBe(option);
  expect(parts.synthesizer.loads + parts.languageModel.loads + parts.transcriber.loads).toBe(0);
});

test('a language that an engine does not speak is refused by name', () => {
  const error = refusal({ language: 'fr' });
  expect(isRunAnywhereError(error, 'language-unsupported') && error.details).toEqual({
    language: 'fr',
    supported: ['en'],
    engine: 'ears',
  });
  expect(() => resolveSessionOptions(parts, { language: 'en-GB' })).not.toThrow();
  expect(() => makeSession({ options: { language: 'de' } })).toThrow(/"de"/);
});

describe('every option is read', () => {
  /** What one typed turn did with these options. */
  async function turnWith(options: SessionOptions) {
    const made = makeSession({
      options,
      languageModel: { replies: ['One two three four five. Six seven.'] },
    });
    const generated: unknown[] = [];
    const generate = made.languageModel.generate.bind(made.languageModel);
    made.languageModel.generate = (messages, generateOptions) => {
      generated.push({ ...generateOptions, signal: undefined });
      return generate(messages, generateOptions);
    };
    void made.session.sendText('Hi.');
    await made.clock.advance(20_000);
    return { ...made, generated };
  }

  test('systemPrompt', async () => {
    const { languageModel } = await turnWith({ systemPrompt: 'You are a cat.' });
    expect(languageModel.conversations[0]?.[0]).toEqual({ role: 'system', content: 'You are a cat.' });
    const none = await turnWith({ systemPrompt: '' });
    expect(none.languageModel.conversations[0]?.[0]?.role).toBe('user');
  });

  test('voice and speed', async () => {
    const { synthesizer } = await turnWith({ voice: 'other-tone', speed: 1.5 });
    expect(synthesizer.calls[0]).toMatchObject({ voice: 'other-tone', speed: 1.5 });
  });

  test('volume', async () => {
    expect((await turnWith({ volume: 0.3 })).output.volume).toBe(0.3);
  });

  test('maxReplyTokens and temperature', async () => {
    const { generated, session } = await turnWith({ maxReplyTokens: 3, temperature: 0.7 });
    expect(generated[0]).toMatchObject({ maxTokens: 3, temperature: 0.7 });
    expect(session.getSnapshot().messages[1]?.text).toBe('One two three');
  });

  test('makeSplitter', async () => {
    class Words extends ReplySentences {
      override push(delta: string): readonly string[] {
        return [delta];
      }
    }
    const { synthesizer } = await turnWith({ makeSplitter: () => new Words() });
    expect(synthesizer.texts).toEqual(['One', 'two', 'three', 'four', 'five.', 'Six', 'seven.']);
  });

  // language: above. greeting, interruptible, maxKeptSpeechMs, stallTimeoutMs: where they act, in voice-session.*.test.ts.
});

import { describe, expect, test } from 'vitest';
import type { ChatMessage, GenerateEvent, LanguageModel } from '../../language-model.ts';
import { describeEngine } from './engine.ts';
import { count, drain, expectError, type Make } from './support.ts';

/** The suite of {@link LanguageModel}. */
export function describeLanguageModel(make: Make<LanguageModel>): void {
  const messages: ChatMessage[] = [
    { role: 'system', content: 'Answer in one short sentence.' },
    { role: 'user', content: 'Hello, who are you?' },
  ];
  const quick = { maxTokens: 6, temperature: 0 };
  describe('as a LanguageModel', () => {
    const subject = describeEngine(make, (engine, options) =>
      drain(engine.generate(messages, { ...quick, ...options })),
    );

    test('any number of deltas, then exactly one end that joins them', async () => {
      const events = await drain((await subject()).generate(messages, quick));
      const end = events.at(-1);
      const deltas = events.flatMap((event) => (event.type === 'reply-delta' ? [event.text] : []));
      expect(deltas.length).toBeGreaterThan(0);
      expect(end).toMatchObject({ type: 'reply-end', text: deltas.join('') });
      expect(count(events, 'reply-end')).toBe(1);
    });

    test('maxTokens cuts the reply and says so', async () => {
      const events = await drain((await subject()).generate(messages, { maxTokens: 1, temperature: 0 }));
      expect(events.at(-1)).toMatchObject({ finishReason: 'length', usage: { replyTokens: 1 } });
    });

    test('at temperature 0 the same conversation gives the same reply', async () => {
      const engine = await subject();
      expect(await reply(engine, messages, quick)).toBe(await reply(engine, messages, quick));
    });

    test('two calls at once are answered as one after the other', async () => {
      const engine = await subject();
      const alone = await reply(engine, messages, quick);
      expect(await Promise.all([reply(engine, messages, quick), reply(engine, messages, quick)])).toEqual([
        alone,
        alone,
      ]);
    });

    test('leaving the loop early, or aborting, leaves the engine fit for the next call', async () => {
      const engine = await subject();
      const alone = await reply(engine, messages, quick);
      for await (const _event of engine.generate(messages)) break;
      const controller = new AbortController();
      const call = drain(engine.generate(messages, { maxTokens: 64, signal: controller.signal }));
      setTimeout(() => controller.abort('barge-in'), 20);
      await call.catch((reason: unknown) => expect(reason).toBe('barge-in'));
      expect(await reply(engine, messages, quick)).toBe(alone);
    });

    test('warming changes no reply', async () => {
      const engine = await subject();
      const before = await reply(engine, messages, quick);
      await engine.warm(messages.slice(0, 1));
      expect(await reply(engine, messages, quick)).toBe(before);
    });

    test('counts the tokens of a prompt as generate does', async () => {
      const engine = await subject();
      const events = await drain(engine.generate(messages, quick));
      const end = events.at(-1);
      const tokens = await engine.promptTokens(messages);
      expect(end?.type === 'reply-end' && end.usage.promptTokens).toBe(tokens.length);
    });

    test('a conversation that does not fit is refused before any work', async () => {
      const engine = await subject();
      const content = 'word '.repeat(engine.capabilities.contextTokens + 10);
      await expectError(drain(engine.generate([{ role: 'user', content }])), 'prompt-too-long');
    });
  });
}

async function reply(
  engine: LanguageModel,
  messages: readonly ChatMessage[],
  options: object,
): Promise<string> {
  const events: GenerateEvent[] = await drain(engine.generate(messages, options));
  return events.flatMap((event) => (event.type === 'reply-delta' ? [event.text] : [])).join('');
}

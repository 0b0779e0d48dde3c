import { type GenerateEvent, type GenerateOptions, isRunAnywhereError } from '@runanywhere/core';
import { describe, expect, test } from 'vitest';
import { generateReply } from './generate-reply.ts';
import { resolveGenerateOptions } from './generation-options.ts';
import { fits, randomSchema } from './json-schema/random-schema.fixture.ts';
import { VocabularyBytes } from './json-schema/vocabulary-bytes.ts';
import { ByteFormat, babbling, ScriptedTokenModel, saying } from './scripted-token-model.fixture.ts';
import { seededRandom } from './seeded-random.ts';

const prompt = Array.from({ length: 100 }, (_, at) => at);

interface Said {
  readonly events: GenerateEvent[];
  readonly deltas: string[];
  readonly end: Extract<GenerateEvent, { type: 'reply-end' }>;
}

async function say(
  model: ScriptedTokenModel,
  options: GenerateOptions = {},
  promptIds: readonly number[] = prompt,
  format = new ByteFormat(),
): Promise<Said> {
  const parts = { model, format, vocabulary: () => new VocabularyBytes(format), contextTokens: 2048 };
  const { signal = new AbortController().signal } = options;
  const events: GenerateEvent[] = [];
  for await (const event of generateReply(parts, promptIds, resolveGenerateOptions(options), signal))
    events.push(event);
  const end = events.at(-1) as Said['end'];
  const deltas = events.flatMap((event) => (event.type === 'reply-delta' ? [event.text] : []));
  expect(end.text).toBe(deltas.join(''));
  return { events, deltas, end };
}

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // The test that asks says which text it was.
  }
}

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a reply', () => {
  test('characters of several bytes come whole', async () => {
    const { deltas, end } = await say(new ScriptedTokenModel(saying('né 🎉', 100)));
    expect(deltas).toEqual(['n', 'é', ' ', '🎉']);
    expect(end).toMatchObject({
      finishReason: 'stop',
      usage: { promptTokens: 100, cachedTokens: 0, replyTokens: 8 },
    });
  });

  test('a stop text that comes in pieces ends it', async () => {
    const { end } = await say(new ScriptedTokenModel(saying('one\n\ntwo', 100)), { stop: ['\n\n'] });
    expect(end).toMatchObject({ text: 'one', finishReason: 'stop' });
    const cut = await say(new ScriptedTokenModel(saying('one\ntwo', 100)), { stop: ['\n\n'], maxTokens: 4 });
    expect(cut.end).toMatchObject({ text: 'one\n', finishReason: 'length' });
  });

  test('a prompt is read in pieces of 16 tokens, and tells how far it is', async () => {
    const model = new ScriptedTokenModel(saying('a', 100));
    const { events } = await say(model, { promptProgress: true });
    expect(model.computed).toEqual([16, 16, 16, 16, 16, 16, 4, 1]);
    expect(events.slice(5, 7)).toEqual([
      { type: 'prompt-progress', doneTokens: 96, promptTokens: 100 },
      { type: 'prompt-progress', doneTokens: 100, promptTokens: 100 },
    ]);
  });

  test('only what is new of a conversation is computed', async () => {
    const model = new ScriptedTokenModel(saying('abc', 100));
    await say(model);
    expect(model.tokens.length).toBe(103);
    const again = await say(model);
    expect(again.end.usage.cachedTokens).toBe(99);
    // Heard were only 'ab': the rest of the reply is rolled back.
    const heard = [...prompt, 97, 98, 1, 2, 3];
    const { end } = await say(model, { maxTokens: 1 }, heard);
    expect(end.usage).toEqual({ promptTokens: 105, cachedTokens: 102, replyTokens: 0 });
    expect(model.tokens).toEqual(heard);
  });

  test('a speculative one leaves the conversation that is certain', async () => {
    const model = new ScriptedTokenModel(saying('abc', 100));
    await say(model);
    const before = [...model.tokens];
    const { end } = await say(model, { speculative: true, maxTokens: 3 }, [...prompt.slice(0, 50), 9]);
    expect(end.usage.cachedTokens).toBe(50);
    expect(model.tokens).toEqual(before);
    expect(model.forks).toBe(0);
    const controller = new AbortController();
    const aborted = say(model, { speculative: true, signal: controller.signal });
    controller.abort('enough');
    expect(await caught(aborted)).toBe('enough');
    expect(model.forks).toBe(0);
  });

  test('after an abort no further token is computed, in the prompt as in the reply', async () => {
    for (const after of [1, 2, 5]) {
      const controller = new AbortController();
      const model = new ScriptedTokenModel((tokens) => {
        return saying('a long reply', 100)(tokens);
      });
      const forward = model.forward.bind(model);
      model.forward = (ids, options) => {
        // From another task, as a message from the page comes.
        if (model.computed.length + 1 === after) {
          const { port1, port2 } = new MessageChannel();
          port1.onmessage = () => {
            controller.abort('enough');
            port1.close();
          };
          port2.postMessage(undefined);
        }
        return forward(ids, options);
      };
      expect(await caught(say(model, { signal: controller.signal }))).toBe('enough');
      expect(model.computed.length).toBeLessThanOrEqual(after + 1);
    }
  });

  test('probabilities of every token come with its text', async () => {
    const { events } = await say(new ScriptedTokenModel(saying('né', 100)), { logProbs: 2 });
    const deltas = events.filter((event) => event.type === 'reply-delta');
    expect(deltas.map(({ text, logProbs }) => [text, logProbs?.length])).toEqual([
      ['n', 1],
      ['é', 2],
    ]);
    const expected = 10 - Math.log(Math.exp(10) + 256);
    expect(deltas[0]?.logProbs?.[0]).toMatchObject({ tokenId: 110, text: 'n' });
    expect(deltas[0]?.logProbs?.[0]?.logProb).toBeCloseTo(expected, 6);
    expect(deltas[0]?.logProbs?.[0]?.alternatives.map(({ tokenId }) => tokenId)).toEqual([110, 0]);
  });

  test('a bias for a token that is not there is refused', async () => {
    const error = await caught(say(new ScriptedTokenModel(saying('', 100)), { logitBias: { 300: 1 } }));
    expect(isRunAnywhereError(error, 'invalid-options') && error.details.option).toBe('logitBias');
  });
});

describe('JSON that follows a schema', () => {
  const words = ['{"', '":', '", "', 'true', '"}', '  ', '[]', 'abc', '12', 'é', '}]', '\n', '": {'];
  const format = new ByteFormat(words);

  test('whatever the model holds likely, the reply parses and fits, in however few tokens', async () => {
    const outcomes = { stop: 0, length: 0, refused: 0 };
    for (let seed = 1; seed <= 600; seed++) {
      const random = seededRandom(seed);
      const schema = randomSchema(random);
      const model = new ScriptedTokenModel(babbling(format.size, seed));
      const maxTokens = 1 + Math.floor(random() * 40);
      const options = { jsonSchema: schema, maxTokens, temperature: seed % 2, seed };
      let said: Said;
      try {
        said = await say(model, options, [1, 2], format);
      } catch (error) {
        if (!isRunAnywhereError(error, 'invalid-options')) throw error;
        expect(error.details.reason).toMatch(
          /nothing that ends fits it|has \d+ tokens, and there is room for \d+/,
        );
        outcomes.refused += 1;
        continue;
      }
      expect(said.end.usage.replyTokens).toBeLessThanOrEqual(maxTokens);
      if (!parses(said.end.text) || !fits(schema, JSON.parse(said.end.text), schema))
        throw new Error(`seed ${seed}: ${said.end.text} for ${JSON.stringify(schema)}`);
      outcomes[said.end.finishReason] += 1;
    }
    expect(outcomes.stop).toBeGreaterThan(50);
    expect(outcomes.length).toBeGreaterThan(50);
    expect(outcomes.refused).toBeLessThan(300);
  }, 60_000);

  test('a model that knows the format says what it wants', async () => {
    const wanted = '{"name": "Ann", "age": 31}';
    const jsonSchema = {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer' } },
      required: ['name', 'age'],
    };
    const { end } = await say(new ScriptedTokenModel(saying(wanted, 100)), { jsonSchema });
    expect(end).toMatchObject({ text: wanted, finishReason: 'stop' });
  });

  test('a schema for which there is no room is refused before the prompt is read', async () => {
    const model = new ScriptedTokenModel(saying('', 100));
    const error = await caught(say(model, { jsonSchema: { const: 'a long text' }, maxTokens: 5 }));
    expect(isRunAnywhereError(error, 'invalid-options') && error.details.option).toBe('jsonSchema');
    expect(model.computed).toEqual([]);
  });
});

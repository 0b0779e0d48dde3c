import { isRunAnywhereError, type JsonSchema } from '@runanywhere/core';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../seeded-random.ts';
import { compileSchema } from './compile-schema.ts';
import { JsonState } from './json-state.ts';
import { fits, randomSchema } from './random-schema.fixture.ts';
import { toByteString } from './schema-node.ts';

const decode = (bytes: string): string =>
  new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)));

function follow(schema: JsonSchema, text: string): JsonState | undefined {
  let state: JsonState | undefined = JsonState.begin(compileSchema(schema));
  for (const byte of toByteString(text)) state = state?.push(byte.charCodeAt(0));
  return state;
}

const takes = (schema: JsonSchema, text: string): boolean => follow(schema, text)?.complete ?? false;

describe('a JSON text that follows a schema', () => {
  const person: JsonSchema = {
    type: 'object',
    properties: { name: { type: 'string', maxLength: 3 }, age: { type: 'integer' } },
    required: ['name'],
  };
  test.each<[JsonSchema, string, boolean]>([
    [person, '{"name":"Ann"}', true],
    [person, '{ "age": 3,\n  "name": "Ann"\n}', true],
    [person, '{"age":3}', false],
    [person, '{"name":"Anna"}', false],
    [person, '{"name":"Ann","name":"Bob"}', false],
    [person, '{"name":"Ann","other":1}', false],
    [person, '{"name":"Ann",}', false],
    [person, '{"name":"Ann"', false],
    [{ type: 'number' }, '-12.50e+7', true],
    [{ type: 'number' }, '01', false],
    [{ type: 'number' }, '1.', false],
    [{ type: 'integer' }, '1.0', false],
    [{ type: 'string' }, '"\\u00e9 é 日 🎉 \\n"', true],
    [{ type: 'string' }, '"\\ud83d"', false],
    [{ type: 'string' }, '"\n"', false],
    [{ type: 'string', minLength: 2, maxLength: 2 }, '"🎉é"', true],
    [{ type: 'string', minLength: 2, maxLength: 2 }, '"🎉"', false],
    [{ enum: ['a', 1, 12, null, { b: [1] }] }, '12', true],
    [{ enum: ['a', 1, 12, null, { b: [1] }] }, '{"b":[1]}', true],
    [{ enum: ['a', 1, 12, null] }, '2', false],
    [{ enum: ['a', 1], type: 'string' }, '1', false],
    [{ const: 'yes' }, '"yes"', true],
    [{ type: ['boolean', 'null'] }, 'false', true],
    [{ type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 2 }, '[]', false],
    [{ type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 2 }, '[1, 2]', true],
    [{ type: 'array', items: { type: 'integer' }, minItems: 1, maxItems: 2 }, '[1,2,3]', false],
    [{ type: 'array', items: false }, '[]', true],
    [{ type: 'array', items: false }, '[1]', false],
    [{ anyOf: [{ type: 'integer' }, { type: 'array', items: { $ref: '#' } }] }, '[1,[[2]],[]]', true],
    [{ $ref: '#/$defs/a~1b', $defs: { 'a/b': { type: 'null' } } }, 'null', true],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, '{"a":1,"b c":2}', true],
    [{ type: 'object', additionalProperties: { type: 'integer' } }, '{"a":1,"a":2}', false],
    [{ properties: { 'a"é': { type: 'null' } } }, '{"a\\"é":null}', true],
    [true, '{"a":[1,{"b":null}],"c":"d"}', true],
  ])('%j: %s: %s', (schema, text, expected) => {
    expect(takes(schema, text)).toBe(expected);
  });

  test.each<[JsonSchema, string]>([
    [{ type: 'string', pattern: '^a' }, 'the keyword "pattern" is not supported'],
    [{ oneOf: [{ type: 'string' }] }, 'the keyword "oneOf" is not supported'],
    [
      { type: 'object', properties: { a: { type: 'number', minimum: 1 } } },
      'the keyword "minimum" is not supported',
    ],
    [{ anyOf: [true], type: 'string' }, 'the keyword "type" beside "anyOf" is not supported'],
    [{ $ref: 'https://example.test/schema' }, '"$ref" must point into the same schema'],
    [{ $ref: '#/$defs/missing' }, 'a "$ref" points at nothing'],
    [{ $ref: '#' }, 'nothing that ends fits it'],
    [{ type: 'object', properties: { a: { $ref: '#' } }, required: ['a'] }, 'nothing that ends fits it'],
    [{ type: 'string', minLength: 3, maxLength: 2 }, '"minLength" is more than "maxLength"'],
    [
      { type: 'thing' },
      '"type" must be one or several of object, array, string, number, integer, boolean, null',
    ],
  ])('%j is refused', (schema, reason) => {
    let caught: unknown;
    try {
      compileSchema(schema);
    } catch (error) {
      caught = error;
    }
    expect(isRunAnywhereError(caught, 'invalid-options') && caught.details).toEqual({
      option: 'jsonSchema',
      reason,
    });
  });

  test('whatever may be said of whatever schema can be brought to an end, parses and fits', () => {
    let texts = 0;
    for (let seed = 1; seed <= 3000; seed++) {
      const random = seededRandom(seed);
      const schema = randomSchema(random);
      let root: ReturnType<typeof compileSchema>;
      try {
        root = compileSchema(schema);
      } catch (error) {
        // Drawn schemas may describe nothing; they are made of known keywords only.
        expect(isRunAnywhereError(error, 'invalid-options') && error.details.reason).toBe(
          'nothing that ends fits it',
        );
        continue;
      }
      const steps = Math.floor(random() * 60);
      let text = '';
      let state = JsonState.begin(root);
      for (let at = 0; at < steps && !state.ended; at++) {
        const start = Math.floor(random() * 256);
        // Bytes that steer are tried first, otherwise most texts would be one long string.
        const steering = random() < 0.5 ? '{}[]",:tfn01.-e \n' : '';
        const bytes = [...steering].map((byte) => byte.charCodeAt(0)).sort(() => random() - 0.5);
        for (let offset = 0; offset < 256; offset++) bytes.push((start + offset) % 256);
        const byte = bytes.find((candidate) => state.push(candidate));
        if (byte === undefined) {
          // A number of as many digits as there may be.
          expect(state.complete).toBe(true);
          break;
        }
        state = state.push(byte) as JsonState;
        text += String.fromCharCode(byte);
      }
      if (!state.complete) {
        const closing = state.closing();
        text += closing;
        for (const byte of closing) {
          const next = state.push(byte.charCodeAt(0));
          if (!next) throw new Error(`seed ${seed}: the closing does not fit`);
          state = next;
        }
      }
      expect(state.complete).toBe(true);
      if (!fits(schema, JSON.parse(decode(text)), schema))
        throw new Error(`seed ${seed}: ${text} for ${JSON.stringify(schema)}`);
      texts += 1;
    }
    expect(texts).toBeGreaterThan(2000);
  });
});

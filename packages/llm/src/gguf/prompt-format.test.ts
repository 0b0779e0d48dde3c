import type { ChatMessage } from '@runanywhere/core';
import type { GgufMetadata, GgufValue } from '@runanywhere/kernels';
import { describe, expect, test } from 'vitest';
import { PromptFormat } from './prompt-format.ts';

const TOKENS = [
  '<unk>',
  '<s>',
  '</s>',
  '<0xE2>',
  '<0x82>',
  '<0xAC>',
  '▁',
  'h',
  'i',
  'hi',
  '▁hi',
  '<|im_end|>',
  '<0x0A>',
];
const TEMPLATE =
  "{{ bos_token }}{% for m in messages %}{% if m.role == 'system' %}{{ raise_exception('System role not supported') }}" +
  '{% endif %}{{ m.content }}<|im_end|>{% endfor %}{% if add_generation_prompt %}hi{% endif %}' +
  '{% if enable_thinking is defined and not enable_thinking %}{% endif %}';
const METADATA = new Map<string, GgufValue>([
  ['tokenizer.ggml.model', 'llama'],
  ['tokenizer.ggml.tokens', TOKENS],
  ['tokenizer.ggml.scores', TOKENS.map((_, id) => -id)],
  ['tokenizer.ggml.token_type', [2, 3, 3, 6, 6, 6, 1, 1, 1, 1, 1, 1, 6]],
  ['tokenizer.chat_template', TEMPLATE],
]);
const user = (content: string): ChatMessage => ({ role: 'user', content });
const words = (ids: readonly number[]): unknown[] => ids.map((id) => TOKENS[id]);

function changed(entries: Readonly<Record<string, GgufValue>>): GgufMetadata {
  return new Map<string, GgufValue>([...METADATA, ...Object.entries(entries)]);
}

describe('a prompt', () => {
  const format = new PromptFormat(METADATA);

  test('is what the template makes of the conversation', () => {
    expect(format.prompt([user('hi')])).toBe('<s>hi<|im_end|>hi');
    expect(format.beginning([user('hi')])).toBe('<s>hi<|im_end|>');
  });

  test('begins with the token for that once, whether the template writes it or not', () => {
    expect(words(format.tokenIds('<s>hi<|im_end|>'))).toEqual(['<s>', '▁hi', '<|im_end|>']);
    expect(words(format.tokenIds('hi'))).toEqual(['<s>', '▁hi']);
    const without = new PromptFormat(changed({ 'tokenizer.ggml.add_bos_token': false }));
    expect(words(without.tokenIds('hi'))).toEqual(['▁hi']);
  });

  test('spells what has no token in bytes', () => {
    expect(words(format.tokenIds('€'))).toEqual(['<s>', '▁', '<0xE2>', '<0x82>', '<0xAC>']);
  });
});

test('replies end with the tokens the file names and those whose name says so', () => {
  const ends = (entries: Readonly<Record<string, GgufValue>>): unknown[] =>
    words([...new PromptFormat(changed(entries)).endIds]).sort();
  expect(ends({})).toEqual(['</s>', '<|im_end|>']);
  expect(ends({ 'tokenizer.ggml.eot_token_id': 9 })).toEqual(['</s>', '<|im_end|>', 'hi']);
});

test('a reply is put together from its tokens: no space at its beginning, bytes as characters, nothing for control', () => {
  const decoder = new PromptFormat(METADATA).decoder();
  const reply = [1, 10, 10, 3, 4, 5, 11, 12, 2].map((id) => decoder.push(id));
  expect(reply).toEqual(['', 'hi', ' hi', '', '', '€', '', '\n', '']);
  expect(decoder.flush()).toBe('');
  decoder.push(3);
  expect(decoder.flush()).toBe('\ufffd');
});

test.each([
  ['no template', changed({ 'tokenizer.chat_template': 5 }), 'model-unsupported', 'no chat template'],
  [
    'a broken template',
    changed({ 'tokenizer.chat_template': '{% if %}' }),
    'model-unsupported',
    'chat template',
  ],
  ['a unigram vocabulary', changed({ 'tokenizer.ggml.model': 't5' }), 'model-unsupported', 'unigram'],
  ['another tokenizer', changed({ 'tokenizer.ggml.model': 'rwkv' }), 'model-unsupported', '"rwkv"'],
  [
    'another way of cutting words',
    changed({ 'tokenizer.ggml.model': 'gpt2', 'tokenizer.ggml.pre': 'viking' }),
    'model-unsupported',
    '"viking"',
  ],
  ['no tokens', changed({ 'tokenizer.ggml.tokens': 'none' }), 'model-invalid', 'tokenizer.ggml.tokens'],
])('%s is refused by name', (_what, metadata, code, name) => {
  const open = (): PromptFormat => new PromptFormat(metadata);
  expect(open).toThrow(expect.objectContaining({ code, message: expect.stringContaining(name) }));
});

describe('a conversation the template refuses', () => {
  const format = new PromptFormat(METADATA, 'small-model');
  const refusal = (run: () => unknown): Error & { code?: string } => {
    try {
      run();
    } catch (error) {
      return error as Error;
    }
    throw new Error('nothing was thrown');
  };

  test('is refused in the words of the template', () => {
    const error = refusal(() => format.prompt([{ role: 'system', content: 'my secret' }]));
    expect(error).toMatchObject({ code: 'engine-failed' });
    expect(error.message).toContain(
      'small-model failed: its chat template refuses the conversation: "System role',
    );
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain('secret');
  });

  test('and never in its own', () => {
    const template = "{% for m in messages %}{{ raise_exception('Not this: ' + m.content) }}{% endfor %}";
    const quoting = new PromptFormat(changed({ 'tokenizer.chat_template': template }));
    const error = refusal(() => quoting.prompt([user('my secret')]));
    expect(error).toMatchObject({ code: 'engine-failed' });
    expect(error.cause).toBeUndefined();
    expect(`${error.message}${error.stack}`).not.toContain('secret');
  });
});

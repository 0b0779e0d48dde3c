import { openAsBlob, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type GgufMetadata, type GgufValue, openGguf } from '@runanywhere/kernels';
import { ensureModel } from '@runanywhere/models/node';
import { beforeAll, expect, test } from 'vitest';
import { BYTE_CHARACTERS } from '../../src/gguf/byte-characters.ts';
import { openTokenizer, type Tokenizer } from '../../src/gguf/tokenizer.ts';

// What llama.cpp makes of the same lines with the same vocabularies; record.py says how it was recorded.
const lines: readonly string[] = read('lines.json');
const recorded: Readonly<Record<string, string>> = read('recorded.json');

let smollm2: GgufMetadata;
let llama2: GgufMetadata;
const pairs: GgufMetadata = pairsMetadata();

beforeAll(async () => {
  const { folder } = await ensureModel('smollm2-135m-instruct-q4_1');
  const file = await openAsBlob(path.join(folder, 'SmolLM2-135M-Instruct.Q4_1.gguf'));
  smollm2 = (await openGguf(file)).metadata;
  const moonshine = await ensureModel('moonshine-tiny');
  llama2 = llama2Metadata(await readFile(path.join(moonshine.folder, 'tokenizer.json'), 'utf8'));
});

test.each(Object.keys(recorded))('%s: the ids of llama.cpp for 3,000 lines', (name) => {
  const tokenizer = open(name);
  const hashes = new Uint32Array(Uint8Array.from(Buffer.from(recorded[name] as string, 'base64')).buffer);
  expect(hashes).toHaveLength(lines.length);
  const different = lines.filter((line, index) => hashOf(bothIds(tokenizer, line)) !== hashes[index]);
  expect(different).toEqual([]);
});

test.each(['gpt-2', 'llama2/spaced', 'llama2/bare'])('%s: the text comes back from its ids', (name) => {
  const tokenizer = open(name);
  const different = lines.filter((line) => {
    // SentencePiece's own mark for a space comes back as a space.
    const expected = name.startsWith('llama2/') ? line.replaceAll('\u2581', ' ') : line;
    const decoder = tokenizer.decoder();
    const ids = tokenizer.encode(line, { parseSpecial: false });
    return ids.map((id) => decoder.push(id)).join('') + decoder.flush() !== expected;
  });
  expect(different).toEqual([]);
});

test('a decoder never gives half a character, however tokens cut them', () => {
  const tokenizer = open('gpt-2');
  const decoder = tokenizer.decoder();
  const text = lines.join('\n').replaceAll('\ufffd', '');
  const ids = tokenizer.encode(text, { parseSpecial: false });
  const pieces = ids.map((id) => decoder.push(id));
  expect(pieces.filter((piece) => piece === '').length).toBeGreaterThan(1000);
  expect(pieces.filter((piece) => /[\p{Surrogate}\ufffd]/u.test(piece))).toEqual([]);
});

test('a vocabulary is ready at once', () => {
  open('smollm2/smollm');
  const startMs = performance.now();
  open('smollm2/smollm');
  // 16 ms where this was written.
  expect(performance.now() - startMs).toBeLessThan(200);
});

/** @param name a vocabulary and a way of cutting words, as record.py names them. */
function open(name: string): Tokenizer {
  const [pre = '', vocabulary = 'pairs'] = name.split('/').reverse();
  if (vocabulary === 'llama2')
    return openTokenizer(new Map([...llama2, ['tokenizer.ggml.add_space_prefix', pre === 'spaced']]));
  const metadata = new Map(vocabulary === 'smollm2' ? smollm2 : pairs);
  metadata.set('tokenizer.ggml.pre', pre);
  metadata.delete('tokenizer.ggml.add_bos_token');
  return openTokenizer(metadata);
}

/** With all that is special, then as nothing but text. */
function bothIds(tokenizer: Tokenizer, line: string): number[] {
  const special = tokenizer.encode(line, { addSpecial: true });
  return [...special, -1, ...tokenizer.encode(line, { parseSpecial: false })];
}

/** FNV-1a over the ids as little-endian 32-bit numbers, as in record.py. */
function hashOf(ids: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const byte of new Uint8Array(Int32Array.from(ids).buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** The vocabulary as record.py writes it into a GGUF file. */
function llama2Metadata(json: string): GgufMetadata {
  const { vocab } = (JSON.parse(json) as { model: { vocab: Record<string, number> } }).model;
  const tokens = Object.entries(vocab)
    .sort(([, a], [, b]) => a - b)
    .map(([token]) => token);
  return new Map<string, GgufValue>([
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', tokens],
    ['tokenizer.ggml.scores', tokens.map((_, id) => -Math.max(0, id - 259))],
    ['tokenizer.ggml.token_type', tokens.map((_, id) => [2, 3, 3][id] ?? (id < 259 ? 6 : 1))],
    ['tokenizer.ggml.bos_token_id', 1],
    ['tokenizer.ggml.eos_token_id', 2],
  ]);
}

/** The vocabulary of all pairs of bytes, as record.py writes it into a GGUF file. */
function pairsMetadata(): GgufMetadata {
  const specials = ['<unk>', '<s>', '</s>', '<|im_start|>', '<|im_end|>', '<|endoftext|>', '<repo_name>'];
  const words = ['the', 'you', 'rock', 'HTTP', 'can', 'Ġthe', 'Ġyou', 'Ġrock', 'ĠHTTP', 'ĠĠĠ'];
  const pairs = BYTE_CHARACTERS.flatMap((left) => BYTE_CHARACTERS.map((right) => [left, right]));
  const tokens = [...specials, ...BYTE_CHARACTERS, ...words, ...pairs.map((pair) => pair.join(''))];
  return new Map<string, GgufValue>([
    ['tokenizer.ggml.model', 'gpt2'],
    ['tokenizer.ggml.tokens', tokens],
    ['tokenizer.ggml.merges', pairs.map((pair) => pair.join(' '))],
    ['tokenizer.ggml.token_type', tokens.map((_, id) => [2, 3, 3, 3, 3, 3, 4][id] ?? 1)],
    ['tokenizer.ggml.bos_token_id', 1],
    ['tokenizer.ggml.eos_token_id', 2],
  ]);
}

function read<Value>(name: string): Value {
  return JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8')) as Value;
}

import { expect, test } from 'vitest';
import { findUndocumented, shippedSources } from './check-docs.mjs';
import { readFileSync } from './lib/files.mjs';

test('every export of every package has a doc comment', () => {
  expect(shippedSources().flatMap((file) => findUndocumented(file, readFileSync(file)))).toEqual([]);
});

test.each([
  ['a function', 'export function f() {}'],
  ['a constant', 'export const a = 1;'],
  ['a type', 'export type T = string;'],
  ['a class', 'export class C {}'],
  ['an empty comment', '/** */\nexport const a = 1;'],
  ['an ordinary comment', '// about a\nexport const a = 1;'],
])('finds %s without one', (_case, text) => {
  expect(findUndocumented('a.ts', text)).toHaveLength(1);
});

test('is content with a comment, and with what is not exported', () => {
  expect(
    findUndocumented(
      'a.ts',
      '/** Says it. */\nexport const a = 1;\nconst b = 2;\nexport { b } from "./c.ts";',
    ),
  ).toEqual([]);
});

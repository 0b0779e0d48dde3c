import { expect, test } from 'vitest';
import { isPronunciation, plainText } from './plain-text.ts';

test.each([
  ['# Results', 'Results'],
  ['- one\n* two\n+ three', 'one\ntwo\nthree'],
  ['- [x] done', 'done'],
  ['1. First', '1. First'],
  ['> quoted', 'quoted'],
  ['**bold**, *slanted*, ***both***, ~~gone~~', 'bold, slanted, both, gone'],
  ['_under_ and __twice__, but snake_case stays', 'under and twice, but snake_case stays'],
  ['2*3*4 stays', '2*3*4 stays'],
  ['the `code` and ``more ` code``', 'the code and more ` code'],
  ['```js\nlet x;\n```', '\nlet x;\n'],
  ['[a link](https://example.com)', 'a link'],
  ['![a picture](x.png)', 'a picture'],
  ['[hibari](/hibˈɑɹi/)', '[hibari](/hibˈɑɹi/)'],
  ['a claim[^1]', 'a claim'],
  ['see <https://example.com>', 'see https://example.com'],
  ['<b>bold</b> 1 < 2', ' bold  1 < 2'],
  ['salt &amp; pepper', 'salt & pepper'],
  ['---\ntext', '\ntext'],
  ['| a | b |\n|---|---|\n| 1 | 2 |', ' a ,  b \n\n 1 ,  2 '],
  ['well done 👍🏽 🇩🇪 👩‍👩‍👧', 'well done'],
  ['1️⃣ first', '1 first'],
  ['zero\u200Bwidth and soft\u00ADhyphen', 'zerowidth and softhyphen'],
  ['ﬁne ＡＢＣ 𝐛𝐨𝐥𝐝', 'fine ABC bold'],
  ['© 2024 ™', '© 2024 ™'],
  ['\\*not slanted\\*, 1\\. no list', 'not slanted, 1. no list'],
  ['<x>', ' x '],
])('%j', (markup, plain) => {
  expect(plainText(markup).trimEnd()).toBe(plain.trimEnd());
});

test('a link to a path is no pronunciation', () => {
  expect([isPronunciation('/guide/'), isPronunciation('/ɡˈId/'), isPronunciation('https://x/ˈa/')]).toEqual([
    false,
    true,
    false,
  ]);
});

import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { ProgressBars } from './progress-bars.ts';

function bars(columns: number | undefined): {
  bars: ProgressBars;
  text: () => string;
  at: (ms: number) => void;
} {
  let nowMs = 0;
  let text = '';
  const output = {
    isTTY: columns !== undefined,
    columns,
    write: (more: string) => {
      text += more;
    },
  };
  return {
    bars: new ProgressBars({ output, colour: false, now: () => nowMs }),
    text: () => text,
    at: (ms) => {
      nowMs = ms;
    },
  };
}

test('without a terminal: a line at the beginning, every ten seconds, and at the end', () => {
  const { bars: one, text, at } = bars(undefined);
  for (let ms = 0; ms < 25_000; ms += 100) {
    at(ms);
    one.update('model', ms * 1000, 25_000_000, 'package 1.0');
  }
  one.finish('model', '25.0 MB verified');
  expect(text()).toMatchInlineSnapshot(`
    "model: fetching package 1.0, 25.0 MB
    model:  40 %  10.0 MB of 25.0 MB  1.0 MB/s  15 s left
    model:  80 %  20.0 MB of 25.0 MB  1.0 MB/s  5.0 s left
    model: 25.0 MB verified in 25 s
    "
  `);
});

test.each([80, 40, 20, 0, undefined])('no line is wider than a terminal of %s columns', (columns) => {
  const { bars: one, text, at } = bars(columns ?? 80);
  one.update('smollm2-135m-instruct-q4_1', 0, 98_000_000);
  at(1000);
  one.update('smollm2-135m-instruct-q4_1', 50_000_000, 98_000_000);
  one.close();
  const lines = stripVTControlCharacters(text()).split('\n');
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(columns || 80);
  expect(text()).toContain('smollm2');
});

test('draws no more often than every 80 ms', () => {
  const { bars: one, text, at } = bars(80);
  for (let ms = 0; ms < 1000; ms += 10) {
    at(ms);
    one.update('model', ms, 1000);
  }
  expect(text().split('model').length - 1).toBe(Math.ceil(1000 / 80));
});

import { describe, expect, test } from 'vitest';
import { seededRandom } from './seeded-random.ts';
import { StopStrings } from './stop-strings.ts';

function say(stops: readonly string[], pieces: readonly string[]): { told: string[]; stopped: boolean } {
  const watch = new StopStrings(stops);
  const told: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = watch.push(piece);
    told.push(text);
    if (stopped) return { told, stopped };
  }
  told.push(watch.flush());
  return { told, stopped: false };
}

describe('stop texts', () => {
  test('end a reply where they come in pieces, and nothing of them is told', () => {
    expect(say(['\n\nUser:'], ['Hello.', '\n', '\nUs', 'er: no'])).toEqual({
      told: ['Hello.', '', '', ''],
      stopped: true,
    });
  });

  test('what only looked like the beginning of one comes late and whole', () => {
    expect(say(['END'], ['the E', 'N', 'Ergy', ' E'])).toEqual({
      told: ['the ', '', 'ENErgy', ' ', 'E'],
      stopped: false,
    });
  });

  test('the first of several counts', () => {
    expect(say(['b.', 'c'], ['a', 'b', 'c'])).toEqual({ told: ['a', '', 'b'], stopped: true });
  });

  test('however a text is cut, the reply is what stands before the first stop text', () => {
    for (let seed = 0; seed < 500; seed++) {
      const random = seededRandom(seed);
      const stops = ['aab', 'abab', 'bb'];
      const text = Array.from({ length: 20 }, () => (random() < 0.5 ? 'a' : 'b')).join('');
      const pieces: string[] = [];
      for (let at = 0; at < text.length; ) {
        const length = 1 + Math.floor(random() * 4);
        pieces.push(text.slice(at, at + length));
        at += length;
      }
      // A stop text counts as soon as it is whole, so the one that ends first decides.
      let end = text.length;
      let cut: number | undefined;
      let read = 0;
      for (const piece of pieces) {
        read += piece.length;
        const found = stops.map((stop) => text.slice(0, read).indexOf(stop)).filter((at) => at >= 0);
        if (found.length === 0) continue;
        end = read;
        cut = Math.min(...found);
        break;
      }
      const { told, stopped } = say(stops, pieces);
      expect(told.join('')).toBe(text.slice(0, cut ?? end));
      expect(stopped).toBe(cut !== undefined);
    }
  });
});

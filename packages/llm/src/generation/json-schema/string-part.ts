import type { StringNode } from './schema-node.ts';
import { FILLER } from './shortest-json.ts';

/** A text between its quotes, as far as it has come. */
export interface StringPart {
  readonly node: StringNode;
  /** Code points so far. */
  readonly length: number;
  readonly mode: 'plain' | 'escape' | 'hex' | 'utf8';
  /** Hex digits, or bytes of a character, that must follow. */
  readonly missing: number;
  /** What the next of those may be, both ends included. */
  readonly lowest: number;
  readonly highest: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** Just after the opening quote. */
export function beginString(node: StringNode): StringPart {
  return plain(node, 0);
}

/**
 * One byte further: the text goes on, or `'end'` after its closing quote. Only well-formed UTF-8 (RFC 3629) is taken, and no
 * escaped surrogates.
 */
export function stepString(part: StringPart, byte: number): StringPart | 'end' | undefined {
  const { node, length, missing } = part;
  switch (part.mode) {
    case 'plain':
      return stepPlain(part, byte);
    case 'escape':
      if ('"\\/bfnrt'.includes(String.fromCharCode(byte))) return plain(node, length + 1);
      return byte === 0x75 ? { ...part, mode: 'hex', missing: 4, highest: 15 } : undefined;
    case 'hex': {
      const digit = Number.parseInt(String.fromCharCode(byte), 16);
      if (Number.isNaN(digit) || digit > part.highest) return undefined;
      if (missing === 1) return plain(node, length + 1);
      // D8 to DF begin surrogates, which mean nothing alone.
      return { ...part, missing: missing - 1, highest: missing === 4 && digit === 13 ? 7 : 15 };
    }
    case 'utf8':
      if (byte < part.lowest || byte > part.highest) return undefined;
      return missing === 1
        ? plain(node, length + 1)
        : { ...part, missing: missing - 1, lowest: 0x80, highest: 0xbf };
  }
}

/** The shortest way to the end, closing quote included. */
export function closeString({ node, length, mode, missing, lowest }: StringPart): string {
  const rest = {
    plain: '',
    escape: 'n',
    hex: '0'.repeat(missing),
    utf8: missing > 0 ? String.fromCharCode(lowest) + '\x80'.repeat(missing - 1) : '',
  }[mode];
  const soFar = mode === 'plain' ? length : length + 1;
  return `${rest}${FILLER.repeat(Math.max(0, node.minLength - soFar))}"`;
}

function plain(node: StringNode, length: number): StringPart {
  return { node, length, mode: 'plain', missing: 0, lowest: 0, highest: 0 };
}

function stepPlain(part: StringPart, byte: number): StringPart | 'end' | undefined {
  const { node, length } = part;
  if (byte === QUOTE) return length >= node.minLength ? 'end' : undefined;
  if (byte < 0x20 || length >= node.maxLength) return undefined;
  if (byte === BACKSLASH) return { ...part, mode: 'escape' };
  if (byte < 0x80) return plain(node, length + 1);
  if (byte < 0xc2 || byte > 0xf4) return undefined;
  const missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  // The second byte rules out overlong forms, surrogates and what lies beyond U+10FFFF.
  const lowest = byte === 0xe0 ? 0xa0 : byte === 0xf0 ? 0x90 : 0x80;
  const highest = byte === 0xed ? 0x9f : byte === 0xf4 ? 0x8f : 0xbf;
  return { ...part, mode: 'utf8', missing, lowest, highest };
}

import { beginNumber, closeNumber, isNumber, type NumberPart, stepNumber } from './number-part.ts';
import { beginObject, closeObject, type ObjectPart, stepObject } from './object-part.ts';
import { type ArrayNode, type LeafNode, leavesOf, type SchemaNode } from './schema-node.ts';
import { shortestText } from './shortest-json.ts';
import { beginString, closeString, type StringPart, stepString } from './string-part.ts';

/** An array between its brackets: after the bracket, or after so many values. */
interface ArrayPart {
  readonly node: ArrayNode;
  readonly count: number;
}

/** A place where white space may stand: one blank, or a line break and some blanks. They are counted. */
type SpacedFrame =
  | { readonly kind: 'value'; readonly node: SchemaNode; readonly spaces: number }
  | { readonly kind: 'object'; readonly part: ObjectPart; readonly spaces: number }
  | { readonly kind: 'array'; readonly part: ArrayPart; readonly spaces: number };

/** One thing that has begun and not ended. */
type Frame =
  | SpacedFrame
  | { readonly kind: 'literal'; readonly rest: string }
  | { readonly kind: 'string'; readonly part: StringPart }
  | { readonly kind: 'number'; readonly part: NumberPart }
  | { readonly kind: 'end' };

/** What has begun, the innermost first. Never changed, so that states share what lies below. */
interface Stack {
  readonly frame: Frame;
  readonly below: Stack;
}

/** Nothing is open: the value is whole. */
const END: Stack = { frame: { kind: 'end' }, below: undefined as unknown as Stack };

const BLANK = 0x20;
const LINE_BREAK = 0x0a;
/** A blank alone is followed by no other. */
const NO_MORE_SPACES = 22;

/**
 * How far a JSON text has come that a schema describes, in all ways in which it can be read: `anyOf` may leave several
 * open. A state never changes, so a text can be tried and forgotten.
 */
export class JsonState {
  readonly #stacks: ReadonlySet<Stack>;

  private constructor(stacks: ReadonlySet<Stack>) {
    this.#stacks = stacks;
  }

  /** Before the first byte. */
  static begin(schema: SchemaNode): JsonState {
    return new JsonState(new Set([{ frame: { kind: 'value', node: schema, spaces: 0 }, below: END }]));
  }

  /** One byte further; `undefined` when it cannot stand there. */
  push(byte: number): JsonState | undefined {
    const next = new Set<Stack>();
    // A number ends at what follows it: that is then the next byte of what lies below. The set grows meanwhile.
    const stacks = new Set(this.#stacks);
    for (const stack of stacks) {
      if (stack.frame.kind === 'number' && isNumber(stack.frame.part)) stacks.add(stack.below);
      step(stack, byte, next);
    }
    return next.size > 0 ? new JsonState(next) : undefined;
  }

  /** Whether the text may end here. */
  get complete(): boolean {
    return [...this.#stacks].some(
      ({ frame, below }) =>
        frame.kind === 'end' || (below === END && frame.kind === 'number' && isNumber(frame.part)),
    );
  }

  /** Whether nothing can follow. */
  get ended(): boolean {
    return [...this.#stacks].every(({ frame }) => frame.kind === 'end');
  }

  /** The shortest way to a whole text, as a byte string. */
  closing(): string {
    return shortestText([...this.#stacks].map(close)) as string;
  }
}

function step(stack: Stack, byte: number, next: Set<Stack>): void {
  const { frame, below } = stack;
  switch (frame.kind) {
    case 'value': {
      if (stepSpaces(frame, byte, below, next)) return;
      for (const leaf of leavesOf(frame.node)) begin(leaf, byte, below, next);
      return;
    }
    case 'literal':
      if (frame.rest.charCodeAt(0) === byte) next.add(literal(frame.rest.slice(1), below));
      return;
    case 'string': {
      const part = stepString(frame.part, byte);
      if (part) next.add(part === 'end' ? below : { frame: { kind: 'string', part }, below });
      return;
    }
    case 'number': {
      const part = stepNumber(frame.part, byte);
      if (part) next.add({ frame: { kind: 'number', part }, below });
      return;
    }
    case 'object': {
      const within = frame.part.at === 'key' || frame.part.at === 'name';
      if (!within && stepSpaces(frame, byte, below, next)) return;
      const result = stepObject(frame.part, byte);
      if (result === 'end') next.add(below);
      else if (result) {
        const open: Stack = { frame: { kind: 'object', part: result.part, spaces: 0 }, below };
        next.add(result.value ? valueOn(result.value, open) : open);
      }
      return;
    }
    case 'array': {
      if (!stepSpaces(frame, byte, below, next)) stepArray(frame.part, byte, below, next);
      return;
    }
    case 'end':
      return;
  }
}

/** The first byte of a value. */
function begin(leaf: LeafNode, byte: number, below: Stack, next: Set<Stack>): void {
  const character = String.fromCharCode(byte);
  switch (leaf.kind) {
    case 'literal':
      if (leaf.text.startsWith(character)) next.add(literal(leaf.text.slice(1), below));
      return;
    case 'string':
      if (character === '"') next.add({ frame: { kind: 'string', part: beginString(leaf) }, below });
      return;
    case 'number': {
      const part = beginNumber(leaf.integer, byte);
      if (part) next.add({ frame: { kind: 'number', part }, below });
      return;
    }
    case 'object':
      if (character === '{')
        next.add({ frame: { kind: 'object', part: beginObject(leaf), spaces: 0 }, below });
      return;
    case 'array':
      if (character === '[')
        next.add({ frame: { kind: 'array', part: { node: leaf, count: 0 }, spaces: 0 }, below });
      return;
  }
}

function stepArray(part: ArrayPart, byte: number, below: Stack, next: Set<Stack>): void {
  const { node, count } = part;
  const character = String.fromCharCode(byte);
  if (character === ']' && count >= node.minItems) next.add(below);
  if (count >= node.maxItems || node.items.shortest === undefined) return;
  const open: Stack = { frame: { kind: 'array', part: { node, count: count + 1 }, spaces: 0 }, below };
  if (count > 0 && character === ',') next.add(valueOn(node.items, open));
  if (count === 0) for (const leaf of leavesOf(node.items)) begin(leaf, byte, open, next);
}

/** Takes white space, within its bounds; whether it was some. */
function stepSpaces(frame: SpacedFrame, byte: number, below: Stack, next: Set<Stack>): boolean {
  if (byte !== BLANK && byte !== LINE_BREAK) return false;
  const spaces = nextSpaces(frame.spaces, byte);
  if (spaces !== undefined) next.add({ frame: withSpaces(frame, spaces), below });
  return true;
}

function nextSpaces(spaces: number, byte: number): number | undefined {
  if (spaces === 0) return byte === BLANK ? NO_MORE_SPACES : 1;
  return byte === BLANK && spaces < NO_MORE_SPACES - 1 ? spaces + 1 : undefined;
}

function withSpaces(frame: SpacedFrame, spaces: number): SpacedFrame {
  if (frame.kind === 'value') return { ...frame, spaces };
  return frame.kind === 'object' ? { ...frame, spaces } : { ...frame, spaces };
}

function valueOn(node: SchemaNode, below: Stack): Stack {
  return { frame: { kind: 'value', node, spaces: 0 }, below };
}

function literal(rest: string, below: Stack): Stack {
  return rest === '' ? below : { frame: { kind: 'literal', rest }, below };
}

function close(stack: Stack): string {
  let text = '';
  for (let { frame, below } = stack; frame.kind !== 'end'; { frame, below } = below)
    text += closeFrame(frame);
  return text;
}

function closeFrame(frame: Frame): string {
  switch (frame.kind) {
    case 'value':
      return frame.node.shortest as string;
    case 'literal':
      return frame.rest;
    case 'string':
      return closeString(frame.part);
    case 'number':
      return closeNumber(frame.part);
    case 'object':
      return closeObject(frame.part);
    case 'array': {
      const { node, count } = frame.part;
      const missing = Array.from({ length: Math.max(0, node.minItems - count) }, () => node.items.shortest);
      return `${count > 0 && missing.length > 0 ? ',' : ''}${missing.join(',')}]`;
    }
    case 'end':
      return '';
  }
}

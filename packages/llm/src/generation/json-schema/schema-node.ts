// A schema as the automaton walks it. Texts are byte strings: one character for each byte of the UTF-8 that stands in a reply.

/** What every node knows. */
interface NodeBase {
  /** The shortest value that fits, as a byte string; `undefined` when none ends. */
  shortest: string | undefined;
}

/** One of several. Every schema becomes one of these, so that it may refer to itself. */
export interface ChoiceNode extends NodeBase {
  readonly kind: 'choice';
  readonly options: SchemaNode[];
}

/** Exactly this text. */
export interface LiteralNode extends NodeBase {
  readonly kind: 'literal';
  readonly text: string;
}

/** A text with so many code points. */
export interface StringNode extends NodeBase {
  readonly kind: 'string';
  readonly minLength: number;
  readonly maxLength: number;
}

/** A number. */
export interface NumberNode extends NodeBase {
  readonly kind: 'number';
  readonly integer: boolean;
}

/** A property that is named in the schema. */
export interface PropertyNode {
  /** Its name as it stands in a reply, with both quotes. */
  readonly key: string;
  readonly value: SchemaNode;
  readonly required: boolean;
}

/** An object. */
export interface ObjectNode extends NodeBase {
  readonly kind: 'object';
  readonly properties: readonly PropertyNode[];
  /** What properties of other names hold; `undefined` when there may be none. */
  readonly additional: SchemaNode | undefined;
}

/** An array. */
export interface ArrayNode extends NodeBase {
  readonly kind: 'array';
  readonly items: SchemaNode;
  readonly minItems: number;
  readonly maxItems: number;
}

/** A node without choice. */
export type LeafNode = LiteralNode | StringNode | NumberNode | ObjectNode | ArrayNode;

/** Any node. */
export type SchemaNode = ChoiceNode | LeafNode;

/** The nodes without choice that a value of this node may be; none that cannot end. */
export function leavesOf(node: SchemaNode): readonly LeafNode[] {
  const leaves = new Set<LeafNode>();
  const seen = new Set<SchemaNode>();
  const visit = (next: SchemaNode): void => {
    if (seen.has(next) || next.shortest === undefined) return;
    seen.add(next);
    if (next.kind === 'choice') next.options.forEach(visit);
    else leaves.add(next);
  };
  visit(node);
  return [...leaves];
}

/** Text as a byte string. */
export function toByteString(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('');
}

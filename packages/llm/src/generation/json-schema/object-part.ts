import type { ObjectNode, SchemaNode } from './schema-node.ts';
import { shortestText } from './shortest-json.ts';

/** An object between its braces, as far as it has come. */
export interface ObjectPart {
  readonly node: ObjectNode;
  /** After the brace, after a comma, within a name, after a name, after a value. */
  readonly at: 'begin' | 'comma' | 'key' | 'name' | 'value';
  /** Names that are used, with their quotes. */
  readonly used: ReadonlySet<string>;
  /** The name in progress, or the last one, with its quotes. */
  readonly key: string;
}

/** Just after the opening brace. */
export function beginObject(node: ObjectNode): ObjectPart {
  return { node, at: 'begin', used: new Set(), key: '' };
}

/** What a byte leads to: further within the object, into a value of it, or behind it. */
export type ObjectStep = { readonly part: ObjectPart; readonly value?: SchemaNode } | 'end' | undefined;

/** One byte further; white space is not its business. */
export function stepObject(part: ObjectPart, byte: number): ObjectStep {
  const { node, at, used, key } = part;
  const character = String.fromCharCode(byte);
  if (at === 'name') {
    const value = character === ':' ? valueNamedBy(part) : undefined;
    return value && { part: { node, at: 'value', used: new Set([...used, key]), key: '' }, value };
  }
  if (at === 'key') return stepKey(part, character);
  if (character === '"' && at !== 'value') return stepKey(part, character);
  if (character === ',' && at === 'value' && mayGoOn({ ...part, key: '"' }))
    return { part: { ...part, at: 'comma' } };
  if (character === '}' && at !== 'comma' && required(part).length === 0) return 'end';
  return undefined;
}

/** The shortest way to the closing brace; `undefined` never comes of a part that {@link stepObject} gave. */
export function closeObject(part: ObjectPart): string {
  const { at, used, key } = part;
  if (at === 'value') return closeRest(part, used, ',');
  if (at === 'name') return closeValue(part, key, valueNamedBy(part) as SchemaNode);
  if (at !== 'key' && (at === 'begin' || required(part).length > 0)) return closeRest(part, used, '');
  const ways = unusedProperties(part)
    .filter((property) => property.key.startsWith(key))
    .map((property) => property.key.slice(key.length) + closeValue(part, property.key, property.value));
  const { additional } = part.node;
  if (additional?.shortest !== undefined && isPlain(key)) {
    let name = key === '' ? '"' : key;
    while (name.length < 2 || isTaken(part, `${name}"`)) name += '_';
    ways.push(`${name.slice(key.length)}"${closeValue(part, `${name}"`, additional)}`);
  }
  return shortestText(ways) as string;
}

function stepKey(part: ObjectPart, character: string): ObjectStep {
  const next = { ...part, at: 'key', key: (part.at === 'key' ? part.key : '') + character } as const;
  if (next.key.length > 1 && character === '"') {
    const named = { ...next, at: 'name' } as const;
    if (valueNamedBy(named)) return { part: named };
  }
  return mayGoOn(next) ? { part: next } : undefined;
}

/** Whether the name in progress is the beginning of one that may come. */
function mayGoOn(part: ObjectPart): boolean {
  if (part.node.additional?.shortest !== undefined && isPlain(part.key)) return true;
  return unusedProperties(part).some(({ key }) => key.startsWith(part.key));
}

/** What the property that was just named holds; `undefined` when no such property may come. */
function valueNamedBy(part: ObjectPart): SchemaNode | undefined {
  const named = unusedProperties(part).find(({ key }) => key === part.key);
  if (named) return named.value;
  const { additional } = part.node;
  const fits = additional?.shortest !== undefined && isPlain(part.key.slice(0, -1)) && part.key.length > 2;
  return fits && !isTaken(part, part.key) ? additional : undefined;
}

function isTaken({ node, used }: ObjectPart, key: string): boolean {
  return used.has(key) || node.properties.some((property) => property.key === key);
}

/** Names that the schema does not give are of printable ASCII and need no escapes. */
function isPlain(key: string): boolean {
  return /^"?[ !#-[\]-~]*$/.test(key);
}

function unusedProperties({ node, used }: ObjectPart): ObjectNode['properties'] {
  return node.properties.filter(({ key, value }) => !used.has(key) && value.shortest !== undefined);
}

function required(part: ObjectPart): ObjectNode['properties'] {
  return part.node.properties.filter(({ key, required: must }) => must && !part.used.has(key));
}

function closeValue(part: ObjectPart, key: string, value: SchemaNode): string {
  const used = new Set([...part.used, key]);
  return `:${value.shortest}${closeRest(part, used, ',')}`;
}

function closeRest(part: ObjectPart, used: ReadonlySet<string>, separator: string): string {
  const pairs = required({ ...part, used }).map(({ key, value }) => `${key}:${value.shortest}`);
  return `${pairs.length > 0 ? separator : ''}${pairs.join(',')}}`;
}

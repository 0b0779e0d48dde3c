import type { JsonSchema } from '@runanywhere/core';

// Schemas for tests, and a checker that shares nothing with the automaton under test.

type Random = () => number;

/** A schema of the supported keywords, drawn at random. */
export function randomSchema(random: Random): JsonSchema {
  const schema = draw(random, 0);
  if (typeof schema === 'boolean') return schema;
  return {
    ...schema,
    $defs: { one: draw(random, 2), two: { anyOf: [{ $ref: '#/$defs/one' }, { type: 'null' }] } },
  };
}

function draw(random: Random, depth: number): JsonSchema {
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const upTo = (most: number): number => Math.floor(random() * (most + 1));
  const inner = (): JsonSchema => draw(random, depth + 1);
  const simple = ['string', 'number', 'integer', 'literal', 'enum', 'boolean', 'ref', 'any'] as const;
  const kind = pick(
    depth > 2 ? simple : ([...simple, 'object', 'object', 'array', 'anyOf', 'open', 'types'] as const),
  );
  switch (kind) {
    case 'string': {
      const minLength = upTo(4);
      return { type: 'string', ...(random() < 0.5 && { minLength, maxLength: minLength + upTo(4) }) };
    }
    case 'literal':
      return { const: pick<unknown>(['é"\\', 1, -12.5, null, true, [1, 'a'], { a: { b: null } }]) };
    case 'enum':
      return { enum: ['a', 'ab', 'abc', 1, 12, 123, null, false].filter(() => random() < 0.6).concat('z') };
    case 'ref':
      return { $ref: pick(['#/$defs/one', '#/$defs/two']) };
    case 'any':
      return random() < 0.5 ? true : {};
    case 'object': {
      const names = ['a', 'ab', 'b', 'naïve', 'q"uote', ''].filter(() => random() < 0.5);
      return {
        type: 'object',
        properties: Object.fromEntries(names.map((name) => [name, inner()])),
        required: names.filter(() => random() < 0.5),
        ...(random() < 0.3 && { additionalProperties: random() < 0.3 ? false : inner() }),
      };
    }
    case 'array': {
      const minItems = upTo(2);
      return {
        type: 'array',
        items: inner(),
        ...(random() < 0.5 && { minItems, maxItems: minItems + upTo(2) }),
      };
    }
    case 'anyOf':
      return { anyOf: [inner(), inner(), inner()] };
    case 'open':
      return { type: 'object' };
    case 'types':
      return { type: ['array', 'string', 'null'], maxItems: 2, minLength: 1 };
    default:
      return { type: kind };
  }
}

/**
 * Whether a value fits a schema of the supported keywords.
 *
 * @param asked schemas that the same value is being held against: one that refers to itself says nothing more.
 */
export function fits(
  schema: JsonSchema,
  value: unknown,
  root: JsonSchema,
  asked: ReadonlySet<JsonSchema> = new Set(),
): boolean {
  if (typeof schema === 'boolean') return schema;
  if (asked.has(schema)) return false;
  const same = (part: JsonSchema): boolean => fits(part, value, root, new Set([...asked, schema]));
  const is = (type: unknown): boolean => {
    if (type === 'null') return value === null;
    if (type === 'array') return Array.isArray(value);
    if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
    if (type === 'integer') return Number.isInteger(value);
    return typeof value === type && (typeof value !== 'number' || Number.isFinite(value));
  };
  const inner = (part: unknown, item: unknown): boolean => fits(part as JsonSchema, item, root);
  const {
    $ref,
    anyOf,
    type,
    properties = {},
    required = [],
  } = schema as {
    readonly [keyword: string]: unknown;
    readonly $ref?: string;
    readonly anyOf?: readonly JsonSchema[];
    readonly properties?: Record<string, JsonSchema>;
    readonly required?: readonly string[];
  };
  if ($ref) {
    const { $defs } = root as { readonly $defs: Record<string, JsonSchema> };
    return same($defs[$ref.slice('#/$defs/'.length)] as JsonSchema);
  }
  if (anyOf && !anyOf.some(same)) return false;
  if (type !== undefined && ![type].flat().some(is)) return false;
  if ('const' in schema && JSON.stringify(schema['const']) !== JSON.stringify(value)) return false;
  if ('enum' in schema && !(schema['enum'] as unknown[]).includes(value)) return false;
  if (typeof value === 'string') return within([...value].length, schema['minLength'], schema['maxLength']);
  if (Array.isArray(value))
    return (
      within(value.length, schema['minItems'], schema['maxItems']) &&
      value.every((item) => inner(schema['items'] ?? true, item))
    );
  if (is('object')) {
    const entries = Object.entries(value as object);
    if (!required.every((name) => Object.hasOwn(value as object, name))) return false;
    return entries.every(([name, item]) =>
      inner(
        Object.hasOwn(properties, name) ? properties[name] : (schema['additionalProperties'] ?? true),
        item,
      ),
    );
  }
  return true;
}

function within(count: number, min: unknown, max: unknown): boolean {
  return (
    count >= ((min as number | undefined) ?? 0) &&
    count <= ((max as number | undefined) ?? Number.POSITIVE_INFINITY)
  );
}

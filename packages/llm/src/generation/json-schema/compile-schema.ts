import { type JsonSchema, RunAnywhereError } from '@runanywhere/core';
import {
  type ChoiceNode,
  type LeafNode,
  type PropertyNode,
  type SchemaNode,
  toByteString,
} from './schema-node.ts';
import { findShortest } from './shortest-json.ts';

/** Keywords that describe and do not restrict. */
const ANNOTATIONS = new Set([
  '$schema',
  '$id',
  '$comment',
  '$defs',
  'definitions',
  'title',
  'description',
  'default',
  'examples',
  'deprecated',
  'readOnly',
  'writeOnly',
]);

/** Keywords that stand for the whole schema: beside them, only annotations. */
const WHOLE = ['$ref', 'anyOf'] as const;

const TYPES = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'] as const;
type Type = (typeof TYPES)[number];

/** Which type a keyword speaks of when `type` is not there. */
const KEYWORD_TYPES: Readonly<Record<string, Type>> = {
  properties: 'object',
  required: 'object',
  additionalProperties: 'object',
  items: 'array',
  minItems: 'array',
  maxItems: 'array',
  minLength: 'string',
  maxLength: 'string',
};

const KEYWORDS = new Set([...ANNOTATIONS, ...WHOLE, ...Object.keys(KEYWORD_TYPES), 'type', 'enum', 'const']);

/** Schemas nest no deeper than this. */
const MAX_DEPTH = 200;

type SchemaObject = Extract<JsonSchema, object>;

/**
 * Makes a schema ready to be followed. Taken are `type` (also a list), `properties`, `required`, `additionalProperties`,
 * `items`, `minItems`, `maxItems`, `minLength`, `maxLength`, `enum`, `const`, `anyOf`, `$ref` into the same schema with
 * `$defs`, and annotations. An object whose schema names properties has no others unless `additionalProperties` says so.
 *
 * @throws {RunAnywhereError} `invalid-options` for any other keyword, by its name, and for schemas that nothing fits.
 */
export function compileSchema(schema: JsonSchema): SchemaNode {
  const compiler = new SchemaCompiler(schema);
  const root = compiler.compile(schema, 0);
  findShortest(compiler.nodes);
  if (root.shortest === undefined) throw unusable('nothing that ends fits it');
  return root;
}

class SchemaCompiler {
  readonly nodes: SchemaNode[] = [];
  readonly #root: JsonSchema;
  readonly #compiled = new Map<JsonSchema, ChoiceNode>();

  constructor(root: JsonSchema) {
    this.#root = root;
  }

  compile(schema: unknown, depth: number): SchemaNode {
    if (typeof schema !== 'boolean' && !isObject(schema))
      throw unusable('a schema is an object or a boolean');
    const known = this.#compiled.get(schema);
    if (known) return known;
    if (depth > MAX_DEPTH) throw unusable('it nests too deep');
    const node: ChoiceNode = { kind: 'choice', options: [], shortest: undefined };
    this.nodes.push(node);
    this.#compiled.set(schema, node);
    if (schema === true) node.options.push(...TYPES.map((type) => this.#typed(type, {}, depth)));
    else if (schema !== false) node.options.push(...this.#options(schema, depth));
    return node;
  }

  #options(schema: SchemaObject, depth: number): SchemaNode[] {
    const restricting = Object.keys(schema).filter((keyword) => !ANNOTATIONS.has(keyword));
    for (const keyword of restricting)
      if (!KEYWORDS.has(keyword)) throw unusable(`the keyword "${keyword}" is not supported`);
    for (const whole of WHOLE) {
      const other = restricting.find((keyword) => keyword !== whole);
      if (whole in schema && other)
        throw unusable(`the keyword "${other}" beside "${whole}" is not supported`);
    }
    if ('$ref' in schema) return [this.compile(this.#resolve(schema['$ref']), depth + 1)];
    if ('anyOf' in schema) return listOf(schema, 'anyOf').map((option) => this.compile(option, depth + 1));
    const types = typesOf(schema, restricting);
    if ('const' in schema || 'enum' in schema) {
      const values = 'const' in schema ? [schema['const']] : listOf(schema, 'enum');
      return values
        .filter((value) => !types || types.some((type) => isOfType(value, type)))
        .map((value) => this.#literal(value));
    }
    return (types ?? TYPES).map((type) => this.#typed(type, schema, depth));
  }

  #typed(type: Type, schema: SchemaObject, depth: number): SchemaNode {
    switch (type) {
      case 'null':
        return this.#literal(null);
      case 'boolean':
        return this.#add({
          kind: 'choice',
          options: [this.#literal(true), this.#literal(false)],
          shortest: undefined,
        });
      case 'number':
      case 'integer':
        return this.#add({ kind: 'number', integer: type === 'integer', shortest: undefined });
      case 'string': {
        const [minLength, maxLength] = rangeOf(schema, 'minLength', 'maxLength');
        return this.#add({ kind: 'string', minLength, maxLength, shortest: undefined });
      }
      case 'array': {
        const [minItems, maxItems] = rangeOf(schema, 'minItems', 'maxItems');
        const items = this.compile(schema['items'] ?? true, depth + 1);
        return this.#add({ kind: 'array', items, minItems, maxItems, shortest: undefined });
      }
      case 'object':
        return this.#object(schema, depth);
    }
  }

  #object(schema: SchemaObject, depth: number): SchemaNode {
    const {
      properties = {},
      required = [],
      additionalProperties,
    } = schema as {
      readonly [keyword: string]: unknown;
      readonly required?: unknown;
    };
    if (!isObject(properties)) throw unusable('"properties" must be an object');
    if (!Array.isArray(required) || required.some((name) => typeof name !== 'string'))
      throw unusable('"required" must be a list of names');
    const names = new Set<string>([...Object.keys(properties), ...(required as string[])]);
    const named = names.size > 0;
    const others = additionalProperties ?? !named;
    if (others === false && [...names].some((name) => !Object.hasOwn(properties, name)))
      throw unusable(
        '"required" names a property that "properties" does not have and "additionalProperties" forbids',
      );
    const nodes: PropertyNode[] = [...names].map((name) => ({
      key: toByteString(JSON.stringify(name)),
      value: this.compile(
        Object.hasOwn(properties, name) ? properties[name] : (additionalProperties ?? true),
        depth + 1,
      ),
      required: (required as string[]).includes(name),
    }));
    const additional = others === false ? undefined : this.compile(others, depth + 1);
    return this.#add({ kind: 'object', properties: nodes, additional, shortest: undefined });
  }

  #literal(value: unknown): LeafNode {
    const text = JSON.stringify(value);
    if (text === undefined) throw unusable('a value of "enum" or "const" is no JSON');
    return this.#add({ kind: 'literal', text: toByteString(text), shortest: undefined });
  }

  #add<Node extends SchemaNode>(node: Node): Node {
    this.nodes.push(node);
    return node;
  }

  /** Follows a JSON pointer from the root. */
  #resolve(ref: unknown): unknown {
    if (typeof ref !== 'string' || !/^#(\/|$)/.test(ref))
      throw unusable('"$ref" must point into the same schema');
    let found: unknown = this.#root;
    for (const part of ref.split('/').slice(1)) {
      const name = decodePointer(part);
      if (!(isObject(found) || Array.isArray(found)) || !Object.hasOwn(found, name))
        throw unusable('a "$ref" points at nothing');
      found = (found as Record<string, unknown>)[name];
    }
    return found;
  }
}

function decodePointer(part: string): string {
  try {
    return decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return part; // A lone percent sign stands for itself.
  }
}

function typesOf(schema: SchemaObject, restricting: readonly string[]): readonly Type[] | undefined {
  if (!('type' in schema)) {
    const implied = new Set(restricting.flatMap((keyword) => KEYWORD_TYPES[keyword] ?? []));
    return implied.size > 0 ? [...implied] : undefined;
  }
  const types = [schema['type']].flat();
  const unknown = types.some((type) => !TYPES.includes(type as Type));
  if (types.length === 0 || unknown) throw unusable(`"type" must be one or several of ${TYPES.join(', ')}`);
  return types as Type[];
}

function isOfType(value: unknown, type: Type): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

function listOf(schema: SchemaObject, keyword: string): readonly unknown[] {
  const list = schema[keyword];
  if (!Array.isArray(list) || list.length === 0)
    throw unusable(`"${keyword}" must be a list that is not empty`);
  return list;
}

function rangeOf(schema: SchemaObject, minKeyword: string, maxKeyword: string): [number, number] {
  const min = schema[minKeyword] ?? 0;
  const max = schema[maxKeyword] ?? Number.POSITIVE_INFINITY;
  const counts = (value: unknown): value is number => typeof value === 'number' && value >= 0;
  if (!counts(min) || !Number.isInteger(min)) throw unusable(`"${minKeyword}" must be a whole number from 0`);
  if (!counts(max) || (max !== Number.POSITIVE_INFINITY && !Number.isInteger(max)))
    throw unusable(`"${maxKeyword}" must be a whole number from 0`);
  if (min > max) throw unusable(`"${minKeyword}" is more than "${maxKeyword}"`);
  if (min > 10_000) throw unusable(`"${minKeyword}" is more than 10 000`);
  return [min, max];
}

function isObject(value: unknown): value is SchemaObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function unusable(reason: string): RunAnywhereError {
  return new RunAnywhereError('invalid-options', { option: 'jsonSchema', reason });
}

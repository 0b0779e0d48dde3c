import type { ObjectNode, SchemaNode } from './schema-node.ts';

/** Values that cannot be shorter count as values that do not end: no reply holds them. */
const LONGEST_BYTES = 65_536;

/** What fills a text that is too short. */
export const FILLER = '.';

/**
 * Finds the shortest value of every node. A recursive schema needs the values of its parts first, so the nodes are gone
 * through until nothing becomes shorter.
 */
export function findShortest(nodes: readonly SchemaNode[]): void {
  for (let changed = true; changed; ) {
    changed = false;
    for (const node of nodes) {
      const found = shortestOf(node);
      if (found === undefined || found.length > LONGEST_BYTES) continue;
      if (node.shortest !== undefined && node.shortest.length <= found.length) continue;
      node.shortest = found;
      changed = true;
    }
  }
}

function shortestOf(node: SchemaNode): string | undefined {
  switch (node.kind) {
    case 'choice':
      return shortestText(node.options.flatMap(({ shortest }) => shortest ?? []));
    case 'literal':
      return node.text;
    case 'string':
      return `"${FILLER.repeat(node.minLength)}"`;
    case 'number':
      return '0';
    case 'object': {
      const pairs = requiredPairs(node);
      return pairs && `{${pairs.join(',')}}`;
    }
    case 'array': {
      const { shortest } = node.items;
      if (node.minItems === 0) return '[]';
      if (shortest === undefined || node.minItems * shortest.length > LONGEST_BYTES) return undefined;
      return `[${Array.from({ length: node.minItems }, () => shortest).join(',')}]`;
    }
  }
}

/** The shortest of some texts; `undefined` when there are none. */
export function shortestText(texts: readonly string[]): string | undefined {
  return texts.reduce<string | undefined>(
    (best, text) => (best === undefined || text.length < best.length ? text : best),
    undefined,
  );
}

/** The properties that an object must have, as they stand in it; `undefined` when one of them has no value that ends. */
function requiredPairs({ properties }: ObjectNode): string[] | undefined {
  const required = properties.filter((property) => property.required);
  if (required.some(({ value }) => value.shortest === undefined)) return undefined;
  return required.map(({ key, value }) => `${key}:${value.shortest}`);
}

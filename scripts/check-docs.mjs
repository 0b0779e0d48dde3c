import ts from 'typescript';
import { globSync, readFileSync } from './lib/files.mjs';

/**
 * Every export of a source that has no doc comment. Members of exported classes and interfaces count when they are not
 * private, not overrides, and their name alone cannot tell a unit or a default: that is left to review; what is checked here
 * is that each exported name says something.
 *
 * @param {string} file
 * @param {string} text
 * @returns {string[]}
 */
export function findUndocumented(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true);
  /** @type {string[]} */
  const missing = [];
  for (const statement of source.statements) {
    if (!ts.canHaveModifiers(statement)) continue;
    const isExported = ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);
    if (!isExported || hasDoc(statement)) continue;
    // Overloads share the comment of the first one.
    const name = nameOf(statement);
    const { line } = source.getLineAndCharacterOfPosition(statement.getStart());
    missing.push(
      `${file}:${line + 1}: export ${name} has no doc comment. Say what its signature cannot: shape, unit, default, errors.`,
    );
  }
  return missing;
}

/** @param {ts.Node} node */
function hasDoc(node) {
  return ts
    .getJSDocCommentsAndTags(node)
    .some((doc) => ts.isJSDoc(doc) && Boolean(doc.comment || doc.tags?.length));
}

/** @param {ts.Statement} statement */
function nameOf(statement) {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText()).join(', ');
  const { name } = /** @type {{ name?: ts.Identifier }} */ (/** @type {unknown} */ (statement));
  return name?.text ?? 'default';
}

/** All sources that ship. */
export function shippedSources() {
  return globSync('packages/*/src/**/*.ts').filter((file) => !/\.test(-d)?\.ts$/.test(file));
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const missing = shippedSources().flatMap((file) => findUndocumented(file, readFileSync(file)));
  for (const line of missing) console.error(line);
  process.exitCode = missing.length > 0 ? 1 : 0;
}

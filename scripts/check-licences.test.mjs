import { expect, test } from 'vitest';
import { findForbidden } from './check-licences.mjs';

test.each([
  ['a permissive one', { license: 'MIT' }, 0],
  ['a choice with a permissive one', { license: '(GPL-2.0 OR MIT)' }, 0],
  ['a copyleft one', { license: 'GPL-3.0' }, 1],
  ['both at once', { license: 'MIT AND GPL-3.0' }, 1],
  ['none', {}, 1],
  ['a copyleft one that only the tests use', { license: 'GPL-3.0', dev: true }, 0],
])('%s', (_case, entry, count) => {
  expect(findForbidden({ 'node_modules/some-package': entry })).toHaveLength(count);
});

test('a manifest that tells less than the truth is overruled', () => {
  const found = findForbidden({ 'node_modules/x/node_modules/phonemizer': { license: 'Apache-2.0' } });
  expect(found.join()).toContain('contains eSpeak NG');
});

import { expect, test } from 'vitest';
import { findBreaches, packageSources } from './check-layers.mjs';

/** @param {string} file @param {string} specifier */
const importing = (file, specifier) => findBreaches([{ file, text: `import { x } from '${specifier}';` }]);

test('the repository keeps its layers', () => {
  const sources = packageSources();
  expect(sources.length).toBeGreaterThan(20);
  expect(findBreaches(sources)).toEqual([]);
});

test.each([
  [
    'a sibling importing a sibling',
    'packages/tts/src/a.ts',
    '@runanywhere/llm',
    'tts may import only: core, onnx.',
  ],
  [
    'core importing anybody',
    'packages/core/src/a.ts',
    '@runanywhere/audio',
    'core may import only: nothing.',
  ],
  [
    'an engine on the page side of workers',
    'packages/workers/src/a.ts',
    '@runanywhere/tts',
    'Only *.worker.ts may import engines',
  ],
  [
    'fakes in a product',
    'packages/voice/src/a.ts',
    '@runanywhere/core/testing',
    'Only tests may import the fakes.',
  ],
  [
    'Node in a browser package',
    'packages/audio/src/a.ts',
    'node:fs',
    "Only cli and the /node entries may use Node's modules",
  ],
  [
    'a path into another package',
    'packages/tts/src/a.ts',
    '../../core/src/index.ts',
    'imported by its name, not by a path',
  ],
  ['a package nobody knows', 'packages/extra/src/a.ts', '@runanywhere/core', 'is not in the table'],
])('%s breaks a rule, and the rule is said', (_case, file, specifier, sentence) => {
  expect(importing(file, specifier).join()).toContain(sentence);
});

test.each([
  ['packages/workers/src/speech-processor.worker.ts', '@runanywhere/tts'],
  ['packages/voice/src/session.test.ts', '@runanywhere/core/testing'],
  ['packages/models/src/node/fetch.ts', 'node:fs'],
  ['packages/audio/src/vad/silero-vad.ts', '@runanywhere/onnx'],
])('%s may import %s', (file, specifier) => {
  expect(importing(file, specifier)).toEqual([]);
});

test('dynamic imports count too', () => {
  expect(
    findBreaches([{ file: 'packages/tts/src/a.ts', text: "const x = await import('@runanywhere/llm');" }]),
  ).toHaveLength(1);
});

import { describe, expect, test } from 'vitest';
import { openBarePage } from '../../scripts/lib/bare-page.mjs';
import { ISOLATION_HEADERS } from '../../scripts/lib/static-server.mjs';
import { converse, textOf } from './converse.ts';
import { browserPath, modelsFolder } from './environment.ts';

// Conversations without these headers are in conversation.test.ts.
describe('a conversation works', () => {
  test.each([
    ['cross-origin isolated', ISOLATION_HEADERS, true],
    [
      'under a strict Content-Security-Policy',
      {
        'content-security-policy':
          "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:",
      },
      false,
    ],
  ])('%s', async (_case, headers, isolated) => {
    const bare = await openBarePage({ executablePath: browserPath(), modelsFolder, headers });
    try {
      expect(await bare.page.evaluate(() => crossOriginIsolated)).toBe(isolated);
      const conversation = await converse(bare.page, { typed: 'What is the capital of France?' });
      expect(textOf(conversation, 'assistant')).toContain('Paris');
      expect(conversation.events.map(({ name }) => name)).toContain('speaking-start');
      expect(bare.complaints).toEqual([]);
    } finally {
      await bare.close();
    }
  });
});

import { isRunAnywhereError } from '@runanywhere/core';
import { expect, test } from 'vitest';
import { createVoiceSession } from './index.ts';

test('making a session in plain Node throws nothing; starting it fails with a typed error', async () => {
  expect(globalThis.window).toBeUndefined();
  const session = createVoiceSession();
  expect(session.getSnapshot().state).toBe('idle');
  const error = await session.start().catch((caught: unknown) => caught);
  expect(isRunAnywhereError(error)).toBe(true);
  await session.dispose();
});

test('a language that no default engine speaks is refused by name', () => {
  expect(() => createVoiceSession({ language: 'fr' })).toThrow(/moonshine-tiny does not speak "fr"/);
});

import { expect, test } from 'vitest';
import { Latest } from './latest.ts';

test('a new attempt aborts the one before, and only the newest is current', () => {
  const latest = new Latest();
  const first = latest.begin();
  const second = latest.begin();
  expect(first.signal.aborted).toBe(true);
  expect(first.isCurrent()).toBe(false);
  expect(second.isCurrent()).toBe(true);
  // The end of the old one does not end the new one.
  first.end();
  expect(latest.running).toBe(true);
  second.end();
  expect(latest.running).toBe(false);
  expect(second.signal.aborted).toBe(false);
});

test('the caller’s own reason arrives, also when it has aborted before', () => {
  const outer = new AbortController();
  const latest = new Latest();
  const attempt = latest.begin(outer.signal);
  outer.abort('enough');
  expect(attempt.signal.reason).toBe('enough');
  // Still the current one: whoever began it cleans up.
  expect(attempt.isCurrent()).toBe(true);
  expect(latest.begin(outer.signal).signal.reason).toBe('enough');
});

test('cancelling leaves nothing current, and the platform’s AbortError as the reason', () => {
  const latest = new Latest();
  const attempt = latest.begin();
  latest.cancel();
  expect(attempt.isCurrent()).toBe(false);
  expect(latest.running).toBe(false);
  expect(attempt.signal.reason).toMatchObject({ name: 'AbortError' });
});

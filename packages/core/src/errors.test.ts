import { expect, test } from 'vitest';
import { isRunAnywhereError, RunAnywhereError, toRunAnywhereError } from './errors.ts';

test('an error keeps code and details across a structured clone', () => {
  const wire = structuredClone(
    new RunAnywhereError('timeout', { operation: 'load', timeoutMs: 50 }).toWire(),
  );
  const error = RunAnywhereError.fromWire(wire);
  expect(isRunAnywhereError(error, 'timeout') && error.details.timeoutMs).toBe(50);
  expect(error.message).toBe('"load" took longer than 50 ms. Allow it more time or use a smaller model.');
});

test('what was said stays out of the message and off the wire', () => {
  const secret = 'my pin is 1234';
  const foreign = new SyntaxError(`Unexpected token in "${secret}"`);
  const error = toRunAnywhereError(foreign, 'moonshine-tiny');
  expect(error.cause).toBe(foreign);
  expect(error.message).not.toContain(secret);
  expect(JSON.stringify(error.toWire())).not.toContain(secret);
  expect(error.toWire().cause?.name).toBe('SyntaxError');
});

test('our own errors pass through untouched, and others are not taken for ours', () => {
  const ours = new RunAnywhereError('mic-busy', {});
  expect(toRunAnywhereError(ours, 'x')).toBe(ours);
  expect(isRunAnywhereError(new Error('mic-busy'))).toBe(false);
  expect(isRunAnywhereError(ours, 'mic-lost')).toBe(false);
  expect(isRunAnywhereError(undefined)).toBe(false);
});

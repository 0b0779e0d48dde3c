import { expect, test } from 'vitest';
import { Emitter } from './emitter.ts';

test('calls listeners in order until they stop listening', () => {
  const emitter = new Emitter<{ level: number }>();
  const heard: string[] = [];
  const stop = emitter.on('level', (level) => heard.push(`a${level}`));
  emitter.on('level', (level) => heard.push(`b${level}`));
  emitter.emit('level', 1);
  stop();
  emitter.emit('level', 2);
  emitter.clear();
  emitter.emit('level', 3);
  expect(heard).toEqual(['a1', 'b1', 'b2']);
});

test('a listener that throws keeps no other from hearing, and its error is not lost', async () => {
  const emitter = new Emitter<{ level: number }>();
  const uncaught = new Promise((resolve) => {
    const before = process.listeners('uncaughtException');
    process.removeAllListeners('uncaughtException');
    process.once('uncaughtException', (error) => {
      for (const listener of before) process.on('uncaughtException', listener);
      resolve(error);
    });
  });
  const failure = new Error('listener');
  const heard: number[] = [];
  emitter.on('level', () => {
    throw failure;
  });
  emitter.on('level', (level) => heard.push(level));
  emitter.emit('level', 7);
  expect(heard).toEqual([7]);
  expect(await uncaught).toBe(failure);
});

import { expect, test } from 'vitest';
import { findLongTasks } from './long-tasks.mjs';

const thread = { pid: 1, tid: 2 };
const main = { ...thread, ph: 'M', name: 'thread_name', ts: 0, args: { name: 'CrRendererMain' } };
const task = (ts, cpuMs, name = 'RunTask') => ({
  ...thread,
  ph: 'X',
  name,
  ts,
  dur: cpuMs * 2000,
  tdur: cpuMs * 1000,
});
const call = (ts, url) => ({ ...thread, ph: 'X', name: 'FunctionCall', ts, dur: 1, args: { data: { url } } });
const find = (events, options) => findLongTasks([main, ...events], (url) => url.startsWith('ours/'), options);

test('a long task with a callback of ours counts, one of others does not', () => {
  const { longTasks, ourTasks } = find([
    task(1000, 80),
    call(2000, 'ours/a.js'),
    task(500_000, 90),
    call(501_000, 'theirs/b.js'),
  ]);
  expect(longTasks).toMatchObject([{ cpuMs: 80, scripts: ['ours/a.js'] }]);
  expect(ourTasks).toBe(1);
});

test('CPU time counts, not the clock', () => {
  expect(find([task(1000, 45), call(2000, 'ours/a.js')]).longTasks).toEqual([]);
});

test('a task that is recorded under two names is one task', () => {
  const twice = [task(1000, 80, 'ThreadControllerImpl::RunTask'), task(1003, 79), call(2000, 'ours/a.js')];
  expect(find(twice).longTasks).toHaveLength(1);
});

test('a frame of ours in a sampled stack counts', () => {
  const profile = { ...thread, ph: 'P', name: 'Profile', id: '0x1', ts: 0, args: { data: { startTime: 0 } } };
  const nodes = [
    { id: 1, callFrame: { url: '' } },
    { id: 2, parent: 1, callFrame: { url: 'ours/a.js' } },
    { id: 3, parent: 2, callFrame: { url: 'theirs/b.js' } },
  ];
  const data = { cpuProfile: { nodes, samples: [1, 3] }, timeDeltas: [500, 1500] };
  const chunk = { ...thread, ph: 'P', name: 'ProfileChunk', id: '0x1', ts: 0, args: { data } };
  expect(find([profile, chunk, task(1000, 80)]).longTasks).toHaveLength(1);
});

test('where all scripts belong to one, any script counts', () => {
  const microtasks = { ...thread, ph: 'X', name: 'RunMicrotasks', ts: 2000, dur: 1 };
  expect(find([task(1000, 80), microtasks]).longTasks).toHaveLength(0);
  expect(find([task(1000, 80), microtasks], { anyScript: true }).longTasks).toHaveLength(1);
});

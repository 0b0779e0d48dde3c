import { expect, test } from 'vitest';
import { settle, VirtualClock } from './virtual-clock.ts';

test('timers run in the order in which they fall due, at their own time', async () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  clock.schedule(() => ran.push(`late ${clock.now()}`), 20);
  clock.schedule(() => ran.push(`early ${clock.now()}`), 10);
  clock.schedule(() => ran.push(`same ${clock.now()}`), 10);
  const cancel = clock.schedule(() => ran.push('never'), 15);
  cancel();
  await clock.advance(30);
  expect(ran).toEqual(['early 10', 'same 10', 'late 20']);
  expect([clock.now(), clock.pendingTimers]).toEqual([30, 0]);
});

test('what a timer starts may fall due within the same advance', async () => {
  const clock = new VirtualClock();
  const ran: number[] = [];
  const again = async (): Promise<void> => {
    ran.push(clock.now());
    await settle();
    if (ran.length < 3) clock.schedule(() => void again(), 10);
  };
  clock.schedule(() => void again(), 10);
  await clock.advance(100);
  expect(ran).toEqual([10, 20, 30]);
});

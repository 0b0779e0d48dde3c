import { isRunAnywhereError } from '@runanywhere/core';
import { expect, test } from 'vitest';
import { listMicrophones, Microphone, SpeakerOutput } from './index.ts';

// This runs in plain Node: that the import above did not throw is a part of the test.
test('without a browser everything can be made, and what needs one says what is missing', async () => {
  const microphone = new Microphone({ connect: () => new MessageChannel().port1 });
  const speaker = new SpeakerOutput();
  for (const opening of [microphone.open(), microphone.prepare(), speaker.open()]) {
    const error = await opening.catch((caught: unknown) => caught);
    expect(isRunAnywhereError(error, 'audio-unsupported')).toBe(true);
  }
  expect(await listMicrophones()).toEqual([]);
  speaker.setVolume(0.5);
  expect(speaker.playedMs()).toBe(0);
  await microphone.close();
  await speaker.dispose();
});

test('the voice activity detector is an entry of its own', async () => {
  const { SileroVad } = await import('./vad/index.ts');
  expect(SileroVad.name).toBe('SileroVad');
  expect(Object.keys(await import('./index.ts'))).not.toContain('SileroVad');
});

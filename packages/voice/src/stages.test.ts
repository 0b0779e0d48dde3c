import { RecordingTelemetry, VirtualClock } from '@runanywhere/core/testing';
import { expect, test } from 'vitest';
import { Stages } from './stages.ts';

test('telemetry hears which model a stage used and what ran it, when it begins and when it ends', () => {
  const telemetry = new RecordingTelemetry();
  const end = new Stages(telemetry, new VirtualClock()).start('language', 3, {
    modelId: 'smollm2-135m-instruct-q4_1',
    runtime: 'kernel',
  });
  end('done', { counts: { replyTokens: 7 } });
  end('failed');
  const common = {
    stage: 'language',
    turn: 3,
    modelId: 'smollm2-135m-instruct-q4_1',
    runtime: 'kernel',
    atMs: 0,
  };
  expect(telemetry.events).toEqual([
    { type: 'stage-start', ...common },
    { type: 'stage-end', ...common, outcome: 'done', counts: { replyTokens: 7 } },
  ]);
});

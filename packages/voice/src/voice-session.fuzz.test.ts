import { RunAnywhereError } from '@runanywhere/core';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeSession, type Outcome, type TestSession, watch } from '../testing/make-session.ts';
import { VOICE_TRANSITIONS } from './index.ts';

/** One thing that somebody does. `ms` is how long nobody does anything after it. */
interface Step {
  readonly act: keyof typeof ACTS;
  readonly ms: number;
}

interface Run extends TestSession {
  readonly outcomes: Outcome[];
  readonly controllers: AbortController[];
  /** What the next load, opening or call does instead of working. */
  readonly faults: { load: number; open: number; call: number };
  /** Whether an utterance has begun, so that the input's events come in their order. */
  speech: 'none' | 'started' | 'confirmed';
}

const ACTS = {
  start: (run: Run) => follow(run, (signal) => run.session.start({ signal })),
  load: (run: Run) => follow(run, (signal) => run.session.load({ signal })),
  stop: (run: Run) => {
    run.outcomes.push(watch(run.session.stop()));
    run.speech = 'none';
  },
  interrupt: (run: Run) => run.session.interrupt(),
  mute: (run: Run) => run.session.mute(),
  unmute: (run: Run) => run.session.unmute(),
  sendText: (run: Run) => follow(run, (signal) => run.session.sendText('A typed question.', { signal })),
  say: (run: Run) =>
    follow(run, (signal) => run.session.say('Said by the app. In two sentences.', { signal })),
  abortOldest: (run: Run) => run.controllers.shift()?.abort('enough'),
  abortNewest: (run: Run) => run.controllers.pop()?.abort('enough'),
  speak: (run: Run) => {
    if (!run.input.isOpen) return;
    if (run.speech === 'none') run.input.speechStart();
    if (run.speech === 'started') run.input.speechConfirmed();
    if (run.speech === 'confirmed') run.input.speechEnd();
    run.speech = run.speech === 'none' ? 'started' : run.speech === 'started' ? 'confirmed' : 'none';
  },
  utterance: (run: Run) => {
    if (run.input.isOpen && run.speech === 'none') run.input.say();
  },
  loseMicrophone: (run: Run) => {
    if (!run.input.isOpen) return;
    run.speech = 'none';
    run.input.isOpen = false;
    run.input.events.emit('error', new RunAnywhereError('mic-lost', {}));
  },
  failLoad: (run: Run) => void run.faults.load++,
  failOpen: (run: Run) => void run.faults.open++,
  failCall: (run: Run) => void run.faults.call++,
  wait: () => undefined,
} satisfies Record<string, (run: Run) => void>;

function follow(run: Run, call: (signal: AbortSignal) => Promise<void>): void {
  const controller = new AbortController();
  run.controllers.push(controller);
  run.outcomes.push(watch(call(controller.signal)));
}

function makeRun(): Run {
  const faults = { load: 0, open: 0, call: 0 };
  const failure = new RunAnywhereError('worker-crashed', { worker: 'fuzz' });
  const use = (name: keyof typeof faults): boolean => faults[name] > 0 && faults[name]-- > 0;
  const failLoad = () => (use('load') ? failure : undefined);
  const made = makeSession({
    input: { failOpen: () => (use('open') ? new RunAnywhereError('mic-busy', {}) : undefined) },
    transcriber: {
      loadMs: 300,
      failLoad,
      texts: (_clip, call) => (call % 4 === 3 ? ' ' : `Utterance ${call}.`),
    },
    languageModel: {
      loadMs: 200,
      failLoad,
      replies: (_messages, call) => (call % 5 === 4 ? '' : 'A first sentence. Then a second one, longer.'),
    },
    synthesizer: { loadMs: 100, failLoad },
    options: { greeting: 'Hello.', stallTimeoutMs: 20_000 },
  });
  for (const [engine, method] of [
    [made.transcriber, 'transcribe'],
    [made.languageModel, 'generate'],
    [made.synthesizer, 'synthesize'],
  ] as const) {
    const work = (engine[method as never] as (...args: unknown[]) => unknown).bind(engine);
    Object.assign(engine, {
      [method]: (...args: unknown[]) => {
        if (use('call')) throw failure;
        return work(...args);
      },
    });
  }
  return { ...made, outcomes: [], controllers: [], faults, speech: 'none' };
}

function expectLegal({ session, eventsOf, log, outcomes }: Run): void {
  const states = eventsOf('state');
  for (const [index, { state, previous }] of states.entries()) {
    expect(VOICE_TRANSITIONS[previous], `${previous} → ${state}`).toContain(state);
    expect(previous).toBe(states[index - 1]?.state ?? 'idle');
  }
  const { state, microphone, messages } = session.getSnapshot();
  expect(state).toBe(states.at(-1)?.state ?? 'idle');
  if (state === 'listening') expect(microphone).toBe('open');
  // A message that still grows belongs to the turn in progress.
  const partial = messages.filter(({ status }) => status === 'partial');
  expect(partial.length).toBeLessThanOrEqual(state === 'thinking' || state === 'speaking' ? 1 : 0);
  // Each turn ends once, in order; what is spoken begins before it ends.
  const turns = eventsOf('turn-end').map(({ turn }) => turn);
  expect(turns).toEqual([...new Set(turns)].sort((a, b) => a - b));
  let speaking = 0;
  for (const { name } of log) {
    if (name === 'speaking-start') speaking++;
    if (name === 'speaking-end') speaking--;
    expect(speaking === 0 || speaking === 1).toBe(true);
  }
  expect(speaking).toBe(state === 'speaking' ? 1 : 0);
  for (const { settlements } of outcomes) expect(settlements).toBeLessThanOrEqual(1);
}

const step = fc.record({
  act: fc.constantFrom(...(Object.keys(ACTS) as (keyof typeof ACTS)[])),
  ms: fc.oneof(fc.constantFrom(0, 1, 50, 100), fc.integer({ min: 0, max: 3000 })),
});

test('whatever happens in whatever order: legal states, each promise settles once, and it still listens', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array<Step>(step, { maxLength: 30 }), async (steps) => {
      const run = makeRun();
      for (const { act, ms } of steps) {
        ACTS[act](run);
        if (ms > 0) await run.clock.advance(ms);
        expectLegal(run);
      }

      Object.assign(run.faults, { load: 0, open: 0, call: 0 });
      run.outcomes.push(watch(run.session.stop()));
      run.speech = 'none';
      await run.clock.advance(60_000);
      expectLegal(run);
      expect(run.session.getSnapshot()).toMatchObject({
        state: 'idle',
        microphone: 'closed',
        loading: undefined,
      });
      expect(run.input.isOpen).toBe(false);
      expect(run.clock.pendingTimers).toBe(0);
      for (const outcome of run.outcomes) expect(outcome.settlements).toBe(1);

      const started = watch(run.session.start());
      await run.clock.advance(20_000);
      expect(started.state).toBe('resolved');
      const before = run.eventsOf('turn-end').length;
      // Every fourth transcript is blank, so two utterances are enough for one turn.
      run.input.say();
      await run.clock.advance(20_000);
      run.input.say();
      await run.clock.advance(20_000);
      expect(run.eventsOf('turn-end').slice(before).at(-1)?.outcome).toBe('done');
      expect(run.session.getSnapshot().state).toBe('listening');
      const stages = new Map<string, number>();
      for (const { type, stage } of run.telemetry.events) {
        stages.set(stage, (stages.get(stage) ?? 0) + (type === 'stage-start' ? 1 : -1));
      }
      expect(
        Object.fromEntries([...stages].filter(([stage]) => stage !== 'capture' && stages.get(stage) !== 0)),
      ).toEqual({});
      expect(stages.get('capture')).toBe(1);
      await run.session.dispose();
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 60) },
  );
});

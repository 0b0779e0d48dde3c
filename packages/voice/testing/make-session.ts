import {
  RecordingTelemetry,
  ScriptedLanguageModel,
  type ScriptedLanguageModelOptions,
  ScriptedSpeechInput,
  type ScriptedSpeechInputOptions,
  ScriptedSpeechOutput,
  ScriptedSynthesizer,
  type ScriptedSynthesizerOptions,
  ScriptedTranscriber,
  type ScriptedTranscriberOptions,
  VirtualClock,
} from '@runanywhere/core/testing';
import { type SessionOptions, VoiceSession, type VoiceSessionEvents } from '../src/index.ts';
import { loadTurnTaking } from '../src/turns-on-demand.ts';

// Sessions ask for it with their first call; here it is there already, so that virtual time has nothing to wait for.
await loadTurnTaking();

/** Scripts for the parts of {@link makeSession}. */
export interface SessionScripts {
  input?: ScriptedSpeechInputOptions;
  transcriber?: ScriptedTranscriberOptions;
  languageModel?: ScriptedLanguageModelOptions;
  synthesizer?: ScriptedSynthesizerOptions;
  options?: SessionOptions;
}

/** A session over scripted parts on a virtual clock, with everything a test wants to look at. */
export interface TestSession {
  clock: VirtualClock;
  input: ScriptedSpeechInput;
  transcriber: ScriptedTranscriber;
  languageModel: ScriptedLanguageModel;
  synthesizer: ScriptedSynthesizer;
  output: ScriptedSpeechOutput;
  telemetry: RecordingTelemetry;
  session: VoiceSession;
  /** Every event but `level`, in order. */
  log: { name: keyof VoiceSessionEvents; event: unknown }[];
  /** The names of the log. */
  names(): string[];
  /** The events of one name. */
  eventsOf<Name extends keyof VoiceSessionEvents>(name: Name): VoiceSessionEvents[Name][];
}

const LOGGED: readonly (keyof VoiceSessionEvents)[] = [
  'state',
  'microphone-open',
  'speech-start',
  'speech-end',
  'transcript',
  'reply-delta',
  'reply-end',
  'speaking-start',
  'speaking-end',
  'turn-end',
  'notice',
  'error',
];

/** Delays like those of small models: 100 ms a transcript, 50 ms a token, 100 ms a stretch of speech. */
export function makeSession(scripts: SessionScripts = {}): TestSession {
  const clock = new VirtualClock();
  const input = new ScriptedSpeechInput({ clock, ...scripts.input });
  const transcriber = new ScriptedTranscriber({
    modelId: 'transcriber',
    clock,
    delayMs: 100,
    ...scripts.transcriber,
  });
  const languageModel = new ScriptedLanguageModel({
    modelId: 'language-model',
    clock,
    firstTokenMs: 50,
    tokenMs: 50,
    ...scripts.languageModel,
  });
  const synthesizer = new ScriptedSynthesizer({
    modelId: 'synthesizer',
    clock,
    delayMs: 100,
    ...scripts.synthesizer,
  });
  const output = new ScriptedSpeechOutput({ clock });
  const telemetry = new RecordingTelemetry();
  const session = new VoiceSession(
    { input, transcriber, languageModel, synthesizer, output, clock, telemetry },
    scripts.options,
  );
  const log: TestSession['log'] = [];
  for (const name of LOGGED) session.on(name, (event) => log.push({ name, event }));
  return {
    clock,
    input,
    transcriber,
    languageModel,
    synthesizer,
    output,
    telemetry,
    session,
    log,
    names: () => log.map(({ name }) => name),
    eventsOf: (name) => log.filter((entry) => entry.name === name).map(({ event }) => event as never),
  };
}

/** What a promise came to so far, for tests that must not wait for it. */
export interface Outcome {
  state: 'pending' | 'resolved' | 'rejected';
  error?: unknown;
  /** How often it has settled. */
  settlements: number;
}

/** Watches a promise without waiting for it. */
export function watch(promise: Promise<unknown>): Outcome {
  const outcome: Outcome = { state: 'pending', settlements: 0 };
  promise.then(
    () => {
      outcome.state = 'resolved';
      outcome.settlements++;
    },
    (error: unknown) => {
      outcome.state = 'rejected';
      outcome.error = error;
      outcome.settlements++;
    },
  );
  return outcome;
}

import type { MicrophoneConstraints, SegmenterOptions } from '@runanywhere/audio';
import {
  AudioProcessorClient,
  type Endpoint,
  WorkerLanguageModel,
  type WorkerLanguageModelOptions,
  WorkerSynthesizer,
  WorkerTranscriber,
  type WorkerTranscriberOptions,
} from '@runanywhere/workers';
import { type SessionOptions, type SessionParts, VoiceSession } from '../index.ts';
import { LazySpeakerOutput } from './lazy-speaker-output.ts';
import { MicrophoneInput } from './microphone-input.ts';

/** The workers of a session, by the stems of their files. */
export type WorkerName = 'audio-processor' | 'transcription-processor' | 'llm-processor' | 'speech-processor';

/** The worklets of a session, by the stems of their files. */
export type WorkletName = 'capture' | 'playback';

/** Which models a session uses, by their ids in the catalog. */
export interface SessionModels {
  /** @defaultValue `'silero-v6'` */
  voiceActivity?: string;
  /** @defaultValue `'moonshine-tiny'` */
  transcriber?: NonNullable<WorkerTranscriberOptions['modelId']>;
  /** @defaultValue `'smollm2-135m-instruct-q4_1'` */
  languageModel?: string;
  /**
   * What runs the language model: `'kernel'` (the SDK's own kernels), `'wllama'` (llama.cpp), or `'auto'`: the kernels where
   * they know the model, else wllama. Telemetry says which it was.
   *
   * @defaultValue `'auto'`
   */
  languageModelRuntime?: NonNullable<WorkerLanguageModelOptions['runtime']>;
  /** @defaultValue `'hibari'` */
  synthesizer?: string;
}

/** What {@link createVoiceSession} takes: how the session behaves, and what it is wired from. */
export interface VoiceSessionOptions extends SessionOptions, MicrophoneConstraints {
  /** Address of the folder that holds the models, one folder each; relative to the page. @defaultValue `'/models/'` */
  modelsUrl?: string | URL;
  /** Other models than the default ones. */
  models?: SessionModels;
  /** Parts of your own in place of the default ones: any object that fills the contract. The session owns them. */
  parts?: Partial<SessionParts>;
  /** After so much digital silence (exact zeros) the notice `mic-silent` comes, in milliseconds. @defaultValue 10 000 */
  silenceNoticeMs?: number;
  /** How speech becomes utterances. @defaultValue the segmenter's own: 600 ms of silence end one */
  segmenter?: Partial<SegmenterOptions>;
  /** Starts a worker where the SDK's own way does not fit, for example when its files lie on another origin. */
  workerFactory?: (name: WorkerName) => Endpoint;
  /** Addresses of `capture.worklet.js` and `playback.worklet.js`, for a page that serves them elsewhere. */
  workletUrl?: (name: WorkletName) => string | URL;
  /** Makes a node that hears everything which leaves for the loudspeaker: a recorder, a meter. */
  tap?: (context: AudioContext) => AudioNode;
  /** Called when the browser holds sound back until a click, tap or key; it goes on by itself after one. */
  onBlocked?: () => void;
  /** Gets the begin and end of every stage. @defaultValue everything is dropped */
  telemetry?: NonNullable<SessionParts['telemetry']>;
}

/**
 * A session of the default parts: the microphone with Silero VAD, Moonshine, SmolLM2 and the neural voice, each engine in
 * a worker of its own, and the loudspeaker. Nothing starts or loads before `load()`, `start()`, `sendText()` or `say()`.
 *
 * @example
 * ```ts
 * const session = createVoiceSession({ modelsUrl: '/models/', systemPrompt: 'You are a cook. Answer in one sentence.' });
 * button.onclick = () => session.start();
 * session.subscribe(() => render(session.getSnapshot()));
 * ```
 * @throws {RunAnywhereError} `invalid-options`, `language-unsupported`.
 */
export function createVoiceSession(options: VoiceSessionOptions = {}): VoiceSession {
  const { parts, telemetry, maxKeptSpeechMs } = options;
  const {
    modelsUrl = '/models/',
    models = {},
    workerFactory,
    workletUrl,
    tap,
    onBlocked,
    segmenter,
    silenceNoticeMs,
  } = options;
  const worker = <Model extends string>(name: WorkerName, modelId: Model | undefined) => ({
    modelsUrl,
    ...(modelId !== undefined && { modelId }),
    ...(workerFactory && { workerFactory: () => workerFactory(name) }),
  });
  const worklet = (name: WorkletName) => ({
    ...(workletUrl && { workletUrl: workletUrl(name) }),
    ...(onBlocked && { onBlocked }),
  });
  const makeInput = (): MicrophoneInput =>
    new MicrophoneInput({
      ...microphoneConstraints(options),
      ...worklet('capture'),
      processor: new AudioProcessorClient({
        ...worker('audio-processor', models.voiceActivity),
        ...(segmenter && { segmenter }),
        ...(silenceNoticeMs !== undefined && { silenceNoticeMs }),
        ...(maxKeptSpeechMs !== undefined && { maxBacklogMs: maxKeptSpeechMs }),
      }),
    });
  return new VoiceSession(
    {
      input: parts?.input ?? makeInput(),
      transcriber:
        parts?.transcriber ?? new WorkerTranscriber(worker('transcription-processor', models.transcriber)),
      languageModel:
        parts?.languageModel ??
        new WorkerLanguageModel({
          ...worker('llm-processor', models.languageModel),
          ...(models.languageModelRuntime && { runtime: models.languageModelRuntime }),
        }),
      synthesizer:
        parts?.synthesizer ?? new WorkerSynthesizer(worker('speech-processor', models.synthesizer)),
      output: parts?.output ?? new LazySpeakerOutput({ ...worklet('playback'), ...(tap && { tap }) }),
      ...(parts?.clock && { clock: parts.clock }),
      ...(telemetry ? { telemetry } : parts?.telemetry && { telemetry: parts.telemetry }),
    },
    options,
  );
}

function microphoneConstraints({
  microphoneId,
  echoCancellation,
  noiseSuppression,
  autoGainControl,
}: MicrophoneConstraints): MicrophoneConstraints {
  return {
    ...(microphoneId !== undefined && { microphoneId }),
    ...(echoCancellation !== undefined && { echoCancellation }),
    ...(noiseSuppression !== undefined && { noiseSuppression }),
    ...(autoGainControl !== undefined && { autoGainControl }),
  };
}

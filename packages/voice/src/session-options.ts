import {
  type Clock,
  type LanguageModel,
  RunAnywhereError,
  type SpeechInput,
  type SpeechOutput,
  type Synthesizer,
  speaksLanguage,
  type TelemetrySink,
  type Transcriber,
} from '@runanywhere/core';
import type { SentenceSplitter } from './reply-sentences.ts';

/** What a session is made of. The session owns them: disposing of it disposes of them. */
export interface SessionParts {
  readonly input: SpeechInput;
  readonly transcriber: Transcriber;
  readonly languageModel: LanguageModel;
  readonly synthesizer: Synthesizer;
  readonly output: SpeechOutput;
  /** @defaultValue the system's clock */
  readonly clock?: Clock;
  /** @defaultValue everything is dropped */
  readonly telemetry?: TelemetrySink;
}

/** How a session behaves. */
export interface SessionOptions {
  /** Told to the language model before everything else; `''` for none. @defaultValue {@link DEFAULT_SYSTEM_PROMPT} */
  systemPrompt?: string;
  /** One of the synthesizer's voices. @defaultValue its first */
  voice?: string;
  /** 1 is the voice's own pace; between 0.5 and 2. @defaultValue 1 */
  speed?: number;
  /** 0 is silent, 1 as synthesised. @defaultValue 1 */
  volume?: number;
  /** BCP 47 tag of the language that is spoken, by both sides. @defaultValue `'en'` */
  language?: string;
  /** A reply is cut after this many tokens. @defaultValue 128 */
  maxReplyTokens?: number;
  /** 0 always takes the likeliest token. @defaultValue 0 */
  temperature?: number;
  /** Said once, when the first `start()` is done and nobody has said anything yet. @defaultValue nothing */
  greeting?: string;
  /**
   * Whether speech stops a reply that is being heard. Otherwise the reply is played to its end and what is said over it is
   * not answered: for loudspeakers that the microphone hears. `interrupt()` and `sendText()` stop it anyway.
   * @defaultValue true
   */
  interruptible?: boolean;
  /** How much speech is kept until it can be transcribed, in milliseconds. @defaultValue 300 000 */
  maxKeptSpeechMs?: number;
  /** An engine or output that gives no sign of life for so long has failed with `timeout`, in milliseconds. @defaultValue 30 000 */
  stallTimeoutMs?: number;
  /** Makes the splitter that cuts a reply into stretches to be spoken; one for each reply. @defaultValue `ReplySentences` */
  makeSplitter?: () => SentenceSplitter;
}

/** {@link SessionOptions} with every default filled in that is a plain value. */
export type ResolvedSessionOptions = Required<Omit<SessionOptions, Unset>> & Pick<SessionOptions, Unset>;

/** Options that have no value of their own when they are not given. */
type Unset = 'voice' | 'greeting' | 'makeSplitter';

/** The system prompt when none is given. Short, since every token of it is computed before the first reply. */
export const DEFAULT_SYSTEM_PROMPT = 'You are a voice assistant. Answer in one short sentence.' as const;

/**
 * Fills in the defaults and refuses what cannot work, before anything is loaded.
 *
 * @throws {RunAnywhereError} `invalid-options`, `language-unsupported`.
 */
export function resolveSessionOptions(
  parts: Pick<SessionParts, 'transcriber' | 'languageModel' | 'synthesizer'>,
  options: SessionOptions,
): ResolvedSessionOptions {
  const resolved: ResolvedSessionOptions = {
    systemPrompt: options.systemPrompt ?? DEFAULT_SYSTEM_PROMPT,
    speed: options.speed ?? 1,
    volume: options.volume ?? 1,
    language: options.language ?? 'en',
    maxReplyTokens: options.maxReplyTokens ?? 128,
    temperature: options.temperature ?? 0,
    interruptible: options.interruptible ?? true,
    maxKeptSpeechMs: options.maxKeptSpeechMs ?? 300_000,
    stallTimeoutMs: options.stallTimeoutMs ?? 30_000,
    ...(options.voice !== undefined && { voice: options.voice }),
    ...(options.makeSplitter && { makeSplitter: options.makeSplitter }),
    ...(options.greeting !== undefined && { greeting: options.greeting }),
  };
  const { speed, volume, maxReplyTokens, temperature, maxKeptSpeechMs, stallTimeoutMs, voice } = resolved;
  const { contextTokens } = parts.languageModel.capabilities;
  const { voices } = parts.synthesizer.capabilities;
  const positiveTokens = Number.isInteger(maxReplyTokens) && maxReplyTokens >= 1;
  check('speed', speed >= 0.5 && speed <= 2, 'it must lie between 0.5 and 2');
  check('volume', volume >= 0 && volume <= 1, 'it must lie between 0 and 1');
  check('maxReplyTokens', positiveTokens, 'it must be a whole number from 1');
  check(
    'maxReplyTokens',
    maxReplyTokens < contextTokens,
    `the model has ${contextTokens} for prompt and reply`,
  );
  check('temperature', temperature >= 0 && temperature <= 2, 'it must lie between 0 and 2');
  check(
    'maxKeptSpeechMs',
    maxKeptSpeechMs >= 0 && maxKeptSpeechMs < 2 ** 31,
    'it must be milliseconds from 0',
  );
  check(
    'stallTimeoutMs',
    stallTimeoutMs > 0 && stallTimeoutMs < 2 ** 31,
    'it must be more than 0 milliseconds',
  );
  check('voice', voice === undefined || voices.includes(voice), `the voices are ${voices.join(', ')}`);

  for (const { modelId, capabilities } of [parts.transcriber, parts.languageModel, parts.synthesizer]) {
    const { languages } = capabilities;
    if (!speaksLanguage(languages, resolved.language)) {
      throw new RunAnywhereError('language-unsupported', {
        language: resolved.language,
        supported: languages === 'any' ? [] : languages,
        engine: modelId,
      });
    }
  }
  return resolved;
}

function check(option: string, holds: boolean, reason: string): void {
  if (!holds) throw new RunAnywhereError('invalid-options', { option, reason });
}

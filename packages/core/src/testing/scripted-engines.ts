import type { AudioClip } from '../audio-clip.ts';
import type { CallOptions } from '../engine.ts';
import { RunAnywhereError } from '../errors.ts';
import type { ChatMessage, GenerateEvent, GenerateOptions, LanguageModel } from '../language-model.ts';
import type { SynthesisEvent, SynthesizeOptions, Synthesizer } from '../synthesizer.ts';
import type { Transcriber, TranscriptEvent } from '../transcriber.ts';
import type { TurnDetector, TurnPrediction } from '../turn-detector.ts';
import type { VoiceActivityDetector } from '../voice-activity-detector.ts';
import { ScriptedEngine, type ScriptedEngineOptions } from './scripted-engine.ts';

/** Reads the loudness of a frame as the probability of speech: draw speech as samples of 0.9 and silence as 0. */
export class ScriptedVoiceActivityDetector extends ScriptedEngine implements VoiceActivityDetector {
  readonly frameSamples = 512;
  readonly sampleRateHz = 16_000;
  /** How often `reset` was called. */
  resets = 0;

  process(frame: Float32Array, options?: CallOptions): Promise<number> {
    return this.lifecycle.run(async () => {
      if (frame.length !== this.frameSamples) {
        throw new RunAnywhereError('invalid-audio', {
          reason: `a frame has ${frame.length} samples, not ${this.frameSamples}`,
        });
      }
      return Math.min(
        1,
        frame.reduce((loudest, sample) => Math.max(loudest, Math.abs(sample)), 0),
      );
    }, options);
  }

  reset(): void {
    this.resets += 1;
  }
}

/** Says the scripted probability whatever it hears. */
export class ScriptedTurnDetector extends ScriptedEngine implements TurnDetector {
  readonly #endProbability: number;

  constructor(options: ScriptedEngineOptions & { endProbability?: number } = {}) {
    super(options);
    this.#endProbability = options.endProbability ?? 1;
  }

  predict(clip: AudioClip, options?: CallOptions): Promise<TurnPrediction> {
    return this.lifecycle.run(async () => {
      checkClip(clip);
      return { endProbability: this.#endProbability, inferenceMs: 0 };
    }, options);
  }
}

/** Options of {@link ScriptedTranscriber}. */
export interface ScriptedTranscriberOptions extends ScriptedEngineOptions {
  /** The transcripts of the calls, in turn; the last one repeats. A function sees the clip. */
  texts?: readonly string[] | ((clip: AudioClip, call: number) => string);
  /** How long each call takes. @defaultValue 0 */
  delayMs?: number;
}

/** Answers with scripted transcripts, whatever was said. */
export class ScriptedTranscriber extends ScriptedEngine implements Transcriber {
  readonly capabilities = { interim: false, languages: ['en'] } as const;
  /** The clips it was given, in order. */
  readonly clips: AudioClip[] = [];
  readonly #options: ScriptedTranscriberOptions;

  constructor(options: ScriptedTranscriberOptions = {}) {
    super(options);
    this.#options = options;
  }

  transcribe(clip: AudioClip, options?: CallOptions): AsyncIterable<TranscriptEvent> {
    return this.lifecycle.stream((_loaded, signal) => this.#transcribe(clip, signal), options);
  }

  async *#transcribe(clip: AudioClip, signal: AbortSignal): AsyncGenerator<TranscriptEvent> {
    checkClip(clip);
    const call = this.clips.push(clip) - 1;
    const { texts = ['hello'], delayMs = 0 } = this.#options;
    const startMs = this.clock.now();
    await this.wait(delayMs, signal);
    const text =
      typeof texts === 'function' ? texts(clip, call) : (texts[Math.min(call, texts.length - 1)] ?? '');
    const inferenceMs = this.clock.now() - startMs;
    yield { type: 'transcript-end', text: clip.samples.length === 0 ? '' : text, inferenceMs };
  }
}

/** Options of {@link ScriptedLanguageModel}. */
export interface ScriptedLanguageModelOptions extends ScriptedEngineOptions {
  /** The replies of the calls, in turn; the last one repeats. A function sees the conversation. */
  replies?: readonly string[] | ((messages: readonly ChatMessage[], call: number) => string);
  /** From the call to the first token. @defaultValue 0 */
  firstTokenMs?: number;
  /** From token to token; a token is a word with the space before it. @defaultValue 0 */
  tokenMs?: number;
  /** Tokens that prompt and reply may have together; here a token is a word. @defaultValue 2048 */
  contextTokens?: number;
}

/** Answers with scripted replies, a word at a time. */
export class ScriptedLanguageModel extends ScriptedEngine implements LanguageModel {
  readonly capabilities: LanguageModel['capabilities'];
  /** The conversations it was asked to answer, in order. */
  readonly conversations: (readonly ChatMessage[])[] = [];
  /** The conversations it was asked to warm, in order. */
  readonly warmed: (readonly ChatMessage[])[] = [];
  readonly #options: ScriptedLanguageModelOptions;

  constructor(options: ScriptedLanguageModelOptions = {}) {
    super(options);
    this.#options = options;
    this.capabilities = { contextTokens: options.contextTokens ?? 2048, languages: ['en'] };
  }

  generate(messages: readonly ChatMessage[], options: GenerateOptions = {}): AsyncIterable<GenerateEvent> {
    return this.lifecycle.stream((_loaded, signal) => this.#generate(messages, options, signal), options);
  }

  warm(messages: readonly ChatMessage[], options?: CallOptions): Promise<void> {
    return this.lifecycle.run(async (_loaded, signal) => {
      this.warmed.push(messages);
      await this.wait(this.#options.firstTokenMs ?? 0, signal);
    }, options);
  }

  promptTokens(messages: readonly ChatMessage[], options?: CallOptions): Promise<readonly number[]> {
    return this.lifecycle.run(async () => words(messages).map((word) => word.length), options);
  }

  async *#generate(
    messages: readonly ChatMessage[],
    options: GenerateOptions,
    signal: AbortSignal,
  ): AsyncGenerator<GenerateEvent> {
    const promptTokens = words(messages).length;
    const { contextTokens } = this.capabilities;
    if (promptTokens >= contextTokens)
      throw new RunAnywhereError('prompt-too-long', { promptTokens, contextTokens });
    const call = this.conversations.push(messages) - 1;
    const { replies = ['Hello.'], firstTokenMs = 0, tokenMs = 0 } = this.#options;
    const reply =
      typeof replies === 'function'
        ? replies(messages, call)
        : (replies[Math.min(call, replies.length - 1)] ?? '');
    const tokens = reply.match(/\s*\S+/g) ?? [];
    const limit = Math.min(options.maxTokens ?? 128, contextTokens - promptTokens);
    const said = tokens.slice(0, limit);
    for (const [index, text] of said.entries()) {
      await this.wait(index === 0 ? firstTokenMs : tokenMs, signal);
      yield { type: 'reply-delta', text };
    }
    yield {
      type: 'reply-end',
      text: said.join(''),
      usage: { promptTokens, cachedTokens: 0, replyTokens: said.length },
      finishReason: said.length < tokens.length ? 'length' : 'stop',
    };
  }
}

/** Options of {@link ScriptedSynthesizer}. */
export interface ScriptedSynthesizerOptions extends ScriptedEngineOptions {
  /** How long each call takes. @defaultValue 0 */
  delayMs?: number;
  /** How much sound a character gives. @defaultValue 60 */
  msPerCharacter?: number;
}

/** Gives a quiet tone, as long as the text would take to say. */
export class ScriptedSynthesizer extends ScriptedEngine implements Synthesizer {
  readonly capabilities = {
    languages: ['en'],
    voices: ['tone', 'other-tone'],
    sampleRateHz: 24_000,
  } as const;
  /** The texts it was asked to say, in order. */
  readonly texts: string[] = [];
  /** The options of those calls. */
  readonly calls: SynthesizeOptions[] = [];
  readonly #options: ScriptedSynthesizerOptions;

  constructor(options: ScriptedSynthesizerOptions = {}) {
    super(options);
    this.#options = options;
  }

  synthesize(text: string, options: SynthesizeOptions = {}): AsyncIterable<SynthesisEvent> {
    return this.lifecycle.stream((_loaded, signal) => this.#synthesize(text, options, signal), options);
  }

  async *#synthesize(
    text: string,
    options: SynthesizeOptions,
    signal: AbortSignal,
  ): AsyncGenerator<SynthesisEvent> {
    const { voice = 'tone', speed = 1 } = options;
    if (!(this.capabilities.voices as readonly string[]).includes(voice)) {
      throw new RunAnywhereError('invalid-options', {
        option: 'voice',
        reason: `there is no voice "${voice}"`,
      });
    }
    if (!(speed >= 0.5 && speed <= 2)) {
      throw new RunAnywhereError('invalid-options', {
        option: 'speed',
        reason: 'it must lie between 0.5 and 2',
      });
    }
    const startMs = this.clock.now();
    const { delayMs = 0, msPerCharacter = 60 } = this.#options;
    const audioMs = (text.trim().length * msPerCharacter) / speed;
    if (audioMs > 0) {
      this.texts.push(text);
      this.calls.push(options);
      await this.wait(delayMs, signal);
      const { sampleRateHz } = this.capabilities;
      const samples = new Float32Array(Math.round((audioMs * sampleRateHz) / 1000));
      for (let n = 0; n < samples.length; n += 1)
        samples[n] = 0.1 * Math.sin((2 * Math.PI * 220 * n) / sampleRateHz);
      yield { type: 'speech-delta', clip: { samples, sampleRateHz, startMs: 0 }, text };
    }
    yield { type: 'speech-end', audioMs, inferenceMs: this.clock.now() - startMs };
  }
}

function words(messages: readonly ChatMessage[]): string[] {
  return messages.flatMap(({ content }) => content.match(/\S+/g) ?? []);
}

function checkClip(clip: AudioClip): void {
  if (clip.sampleRateHz !== 16_000) {
    throw new RunAnywhereError('invalid-audio', { reason: `its rate is ${clip.sampleRateHz} Hz, not 16000` });
  }
}

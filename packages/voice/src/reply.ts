import type { Clock, SpeechOutput, Synthesizer, TokenUsage } from '@runanywhere/core';
import { guardedStream } from './abortable.ts';
import { AsyncQueue } from './async-queue.ts';
import { Playback } from './playback.ts';
import type { SentenceSplitter } from './reply-sentences.ts';
import type { EndStage, Stages } from './stages.ts';

/** Synthesis rests while this much sound waits to be played, in milliseconds, and one whole stretch is ahead. */
const LEAD_MS = 4000;

/** Where the text of a reply comes from: pieces, then what the engine tells of them. */
export type ReplySource = (signal: AbortSignal) => AsyncGenerator<string, TokenUsage | undefined, undefined>;

/** What a reply is made with. */
export interface ReplyParts {
  readonly synthesizer: Synthesizer;
  readonly output: SpeechOutput;
  readonly clock: Clock;
  readonly stages: Stages;
  readonly splitter: SentenceSplitter;
  readonly voice: string | undefined;
  readonly speed: number;
  readonly stallMs: number;
  /** Resolves when the synthesizer is loaded and the output is open. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
}

/** What a reply tells while it goes on. */
export interface ReplyHooks {
  /** @param text all of it so far. */
  onDelta(delta: string, text: string): void;
  onEnd(text: string, usage: TokenUsage | undefined): void;
  onAudible(atMs: number): void;
}

/**
 * One reply, from its first token to its last sample: the text is cut into stretches as it comes, each is synthesised
 * while the one before it plays. Stopping it is immediate and final.
 */
export class Reply {
  readonly turn: number;
  readonly #parts: ReplyParts;
  readonly #hooks: ReplyHooks;
  readonly #controller = new AbortController();
  readonly #playback: Playback;
  /** For each stretch of sound: where it begins, and how much of the text has been said at its end. */
  readonly #spoken: { readonly fromMs: number; readonly textEnd: number }[] = [];
  #text = '';
  #textEnded = false;
  #heardAtStop: string | undefined;
  #endPlayback: EndStage | undefined;

  constructor(turn: number, parts: ReplyParts, hooks: ReplyHooks) {
    this.turn = turn;
    this.#parts = parts;
    this.#hooks = hooks;
    this.#playback = new Playback(parts.output, {
      clock: parts.clock,
      stallMs: parts.stallMs,
      hooks: {
        onAudible: (atMs) => {
          this.#endPlayback = parts.stages.start('playback', turn, { atMs });
          hooks.onAudible(atMs);
        },
      },
    });
  }

  /** Whether anything of it has been heard. */
  get audible(): boolean {
    return this.#playback.audible;
  }

  /** All of its text so far. */
  get text(): string {
    return this.#text;
  }

  /** Whether its text is complete; it may still be playing. */
  get textEnded(): boolean {
    return this.#textEnded;
  }

  /** The part of its text whose stretches were at least begun to be heard. */
  get heardText(): string {
    if (this.#heardAtStop !== undefined) return this.#heardAtStop;
    if (!this.audible) return '';
    const { playedMs } = this.#playback;
    const heard = this.#spoken.filter(({ fromMs }, index) => index === 0 || fromMs < playedMs);
    return this.#text.slice(0, heard.at(-1)?.textEnd ?? 0).trimEnd();
  }

  /**
   * Settles when all of it has been heard. When only speaking fails, the text is still brought to its end first.
   * Rejects with the first failure; after {@link stop} with the signal's reason.
   */
  async run(source: ReplySource): Promise<void> {
    const { signal } = this.#controller;
    const stretches = new AsyncQueue<string>();
    const speaking = this.#speak(stretches, signal);
    // Looked at below, when the text has ended.
    speaking.catch(() => undefined);
    try {
      await this.#read(source(signal), stretches);
      stretches.close();
      await speaking;
      this.#endPlayback?.('done');
    } catch (error) {
      this.#endPlayback?.(signal.aborted ? 'cancelled' : 'failed');
      this.stop();
      throw error;
    } finally {
      this.#playback.end();
    }
  }

  /** Nothing of it is heard or told from now on. */
  stop(): void {
    if (this.#controller.signal.aborted) return;
    // The output forgets how far it was.
    this.#heardAtStop = this.heardText;
    this.#controller.abort();
    this.#endPlayback?.('cancelled');
    this.#playback.stop();
  }

  async #read(
    source: AsyncGenerator<string, TokenUsage | undefined, undefined>,
    stretches: AsyncQueue<string>,
  ): Promise<void> {
    const { splitter } = this.#parts;
    for (;;) {
      const next = await source.next();
      this.#controller.signal.throwIfAborted();
      if (next.done) {
        for (const stretch of splitter.end()) stretches.push(stretch);
        this.#textEnded = true;
        this.#hooks.onEnd(this.#text, next.value);
        return;
      }
      this.#text += next.value;
      this.#hooks.onDelta(next.value, this.#text);
      for (const stretch of splitter.push(next.value)) stretches.push(stretch);
    }
  }

  async #speak(stretches: AsyncQueue<string>, signal: AbortSignal): Promise<void> {
    let textEnd = 0;
    for await (const stretch of stretches) {
      signal.throwIfAborted();
      textEnd += stretch.length;
      if (stretch.trim() === '') continue;
      await this.#parts.ready(signal);
      await this.#playback.untilLeadBelow(LEAD_MS, this.#spoken.at(-1)?.fromMs ?? 0, signal);
      await this.#synthesize(stretch.trim(), textEnd, signal);
    }
    await this.#playback.untilDrained(signal);
  }

  async #synthesize(text: string, textEnd: number, signal: AbortSignal): Promise<void> {
    const { synthesizer, stages, voice, speed, clock, stallMs } = this.#parts;
    const endStage = stages.start('speech', this.turn, { modelId: synthesizer.modelId });
    const options = { speed, ...(voice !== undefined && { voice }) };
    let audioMs = 0;
    try {
      const events = guardedStream((inner) => synthesizer.synthesize(text, { ...options, signal: inner }), {
        signal,
        clock,
        stallMs,
        engine: synthesizer.modelId,
      });
      for await (const event of events) {
        signal.throwIfAborted();
        if (event.type === 'speech-end') {
          audioMs = event.audioMs;
          break;
        }
        if (event.clip.samples.length === 0) continue;
        // Put down before it is queued: an output may call back at once.
        this.#spoken.push({ fromMs: this.#playback.queuedMs, textEnd });
        this.#playback.enqueue(event.clip);
      }
      endStage('done', { counts: { audioMs, characters: text.length } });
    } catch (error) {
      endStage(signal.aborted ? 'cancelled' : 'failed');
      throw error;
    }
  }
}

import { type AudioClip, clipDurationMs, type SpeechInputEvents, type Transcriber } from '@runanywhere/core';
import { guardedStream } from './abortable.ts';
import { Latest } from './latest.ts';
import type { SessionBoard } from './session-board.ts';
import type { Stages } from './stages.ts';
import { type Utterance, UtteranceBacklog } from './utterance-backlog.ts';

/** What {@link Hearing} works with. */
export interface HearingParts {
  readonly transcriber: Transcriber;
  readonly board: SessionBoard;
  readonly stages: Stages;
  readonly stallMs: number;
  readonly maxKeptSpeechMs: number;
  /** Resolves when the transcriber is loaded. */
  readonly ready: (signal: AbortSignal) => Promise<void>;
}

/** What {@link Hearing} tells. */
export interface HearingHooks {
  /** The number of the turn to which speech that is heard now belongs. */
  turn(): number;
  /** Kept speech is being transcribed from now on. */
  onBusy(): void;
  /** An utterance has become text, which is not blank. */
  onText(text: string, utterance: Utterance): void;
  /** Nothing is left to be transcribed. Called once after each `onBusy`, except after `cancel`. */
  onIdle(): void;
}

/** Turns utterances into text, in order, one at a time; those that cannot be taken yet are kept. */
export class Hearing {
  readonly #parts: HearingParts;
  readonly #hooks: HearingHooks;
  readonly #backlog: UtteranceBacklog;
  readonly #work = new Latest();
  #ready = false;

  constructor(parts: HearingParts, hooks: HearingHooks) {
    this.#parts = parts;
    this.#hooks = hooks;
    this.#backlog = new UtteranceBacklog(parts.maxKeptSpeechMs);
  }

  /** Whether there is speech that has not become text yet. */
  get busy(): boolean {
    return this.#work.running;
  }

  /** Takes one utterance. */
  take({ clip, lastSpeechMs, atMs }: SpeechInputEvents['speech-end']): void {
    const { board, stages } = this.#parts;
    const turn = this.#hooks.turn();
    stages.start('voice-activity', turn, { atMs: clip.startMs })('done', { atMs: lastSpeechMs });
    stages.start('end-of-turn', turn, { atMs: lastSpeechMs })('done', { atMs });
    const lostMs = this.#backlog.push({ clip, lastSpeechMs, endOfTurnMs: atMs });
    if (lostMs > 0) board.notifyLost(lostMs);
    void this.#transcribeAll();
  }

  /** Forgets what is kept and stops what is being transcribed. */
  cancel(): void {
    this.#backlog.clear();
    this.#work.cancel();
  }

  async #transcribeAll(): Promise<void> {
    if (this.#work.running || this.#backlog.length === 0) return;
    const work = this.#work.begin();
    const { signal } = work;
    try {
      // Until the models are there, the person is being listened to; only then is it a turn that takes time.
      if (this.#ready) this.#hooks.onBusy();
      await this.#parts.ready(signal);
      signal.throwIfAborted();
      this.#ready = true;
      this.#hooks.onBusy();
      for (let next = this.#backlog.shift(); next; next = this.#backlog.shift()) {
        await this.#transcribeOne(next, signal);
      }
    } catch (error) {
      if (!signal.aborted) this.#parts.board.report(error);
    } finally {
      work.end();
    }
    if (!signal.aborted) this.#hooks.onIdle();
  }

  /** One utterance that fails does not take the others with it. */
  async #transcribeOne(utterance: Utterance, signal: AbortSignal): Promise<void> {
    const { transcriber, board, stages } = this.#parts;
    const turn = this.#hooks.turn();
    const endStage = stages.start('transcription', turn, { modelId: transcriber.modelId });
    let text = '';
    try {
      text = await this.#transcript(utterance.clip, turn, signal);
      signal.throwIfAborted();
      endStage('done', { counts: { audioMs: clipDurationMs(utterance.clip) } });
    } catch (error) {
      endStage(signal.aborted ? 'cancelled' : 'failed');
      if (signal.aborted) throw error;
      board.report(error);
    }
    text = text.trim();
    board.events.emit('transcript', { turn, text, settled: true });
    if (text !== '') this.#hooks.onText(text, utterance);
  }

  async #transcript(clip: AudioClip, turn: number, signal: AbortSignal): Promise<string> {
    const { transcriber, board, stallMs } = this.#parts;
    const { clock } = board;
    let text = '';
    const events = guardedStream((inner) => transcriber.transcribe(clip, { signal: inner }), {
      signal,
      clock,
      stallMs,
      engine: transcriber.modelId,
    });
    // A stream that ends without its last event has still said something.
    for await (const event of events) {
      text = event.text;
      if (event.type === 'transcript-end') break;
      board.events.emit('transcript', { turn, text, settled: false });
    }
    return text;
  }
}

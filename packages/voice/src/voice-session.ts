import { RunAnywhereError, silentTelemetry, systemClock } from '@runanywhere/core';
import { orAborted } from './abortable.ts';
import { type Attempt, Latest } from './latest.ts';
import { ModelLoads } from './model-loads.ts';
import { SessionBoard } from './session-board.ts';
import type { VoiceSessionEvents } from './session-events.ts';
import {
  type ResolvedSessionOptions,
  resolveSessionOptions,
  type VoiceSessionOptions,
  type VoiceSessionParts,
} from './session-options.ts';
import type { VoiceSnapshot } from './session-snapshot.ts';
import { type EndStage, Stages } from './stages.ts';
import type { Turn } from './turn.ts';
import { TurnTaking } from './turn-taking.ts';

/** Options of the session's calls that take time. */
export interface SessionCallOptions {
  /** Aborting makes the call reject with the signal's own reason, at once, and ends what it began. */
  signal?: AbortSignal;
}

/**
 * A spoken conversation. It hears with an input and a transcriber, answers with a language model, and speaks with a
 * synthesizer and an output; it knows only their contracts, and owns them.
 *
 * Failures come three ways: the call that caused them rejects, the `error` event tells them, and the snapshot shows the
 * last one. No failure is final: `start()` tries again, and typing needs neither microphone nor transcriber.
 */
export class VoiceSession {
  /** Ends the session like {@link dispose}. Present only where the runtime has `Symbol.asyncDispose`. */
  declare readonly [Symbol.asyncDispose]: () => Promise<void>;

  readonly #parts: VoiceSessionParts;
  readonly #options: ResolvedSessionOptions;
  readonly #board: SessionBoard;
  readonly #stages: Stages;
  readonly #loads: ModelLoads;
  readonly #turns: TurnTaking;
  readonly #attempts = new Latest();
  #starting: Promise<void> | undefined;
  #closing: Promise<void> = Promise.resolve();
  #outputOpening: Promise<void> | undefined;
  /** Whether what the input tells counts: from `start()` until its microphone is closed. */
  #heeding = false;
  #endCapture: EndStage | undefined;
  #disposal: Promise<void> | undefined;

  /**
   * Nothing is loaded and nobody is asked for anything before a method is called.
   *
   * @throws {RunAnywhereError} `invalid-options`, `language-unsupported` (names the engine and what it speaks).
   */
  constructor(parts: VoiceSessionParts, options: VoiceSessionOptions = {}) {
    this.#parts = parts;
    this.#options = resolveSessionOptions(parts, options);
    this.#board = new SessionBoard(parts.clock ?? systemClock);
    this.#stages = new Stages(parts.telemetry ?? silentTelemetry, this.#board.clock);
    this.#loads = new ModelLoads(parts, this.#board);
    const { clock } = this.#board;
    const openOutput = (): Promise<void> => this.#openOutput();
    this.#turns = new TurnTaking(
      { ...parts, clock, board: this.#board, loads: this.#loads, stages: this.#stages, openOutput },
      this.#options,
    );
    this.#listen();
    if (typeof Symbol.asyncDispose === 'symbol') {
      Object.defineProperty(this, Symbol.asyncDispose, { value: this.dispose });
    }
  }

  /** The present snapshot: the same object until something changes. Bound, as `useSyncExternalStore` wants it. */
  readonly getSnapshot = (): VoiceSnapshot => this.#board.store.get();

  /** Calls `listener` after each change of the snapshot. Returns the function that stops it. Bound. */
  readonly subscribe = (listener: () => void): (() => void) => this.#board.store.subscribe(listener);

  /** Calls `listener` for each event of that name. Returns the function that stops it. Bound. */
  readonly on = <Name extends keyof VoiceSessionEvents>(
    name: Name,
    listener: (event: VoiceSessionEvents[Name]) => void,
  ): (() => void) => this.#board.events.on(name, listener);

  /**
   * Loads every model without asking for the microphone; free when they are loaded. `start()` does it, too.
   *
   * @throws {RunAnywhereError} what the engines throw: `model-missing`, `model-corrupt`, `worker-unavailable`, …
   */
  readonly load = async ({ signal }: SessionCallOptions = {}): Promise<void> => {
    this.#throwIfDisposed();
    const { input, transcriber, synthesizer, languageModel } = {
      input: this.#loads.load('input', signal),
      transcriber: this.#loads.load('transcriber', signal),
      languageModel: this.#loads.load('languageModel', signal),
      synthesizer: this.#loads.load('synthesizer', signal),
    };
    const warmed = languageModel.then(() => void this.#turns.warmUp());
    await Promise.all([input, transcriber, warmed, synthesizer]);
  };

  /**
   * Opens the microphone and, at the same time, loads the models; what is said meanwhile is kept. Resolves when both are
   * done. Call it from a click. Calling it twice is free, and after a failure it tries afresh.
   *
   * @throws {RunAnywhereError} what the input, the output and the engines throw: `mic-denied`, `audio-unsupported`,
   * `model-missing`, … After a microphone error the models go on loading, for typing. `stop()` meanwhile rejects it with
   * an `AbortError`.
   */
  readonly start = async ({ signal }: SessionCallOptions = {}): Promise<void> => {
    this.#throwIfDisposed();
    signal?.throwIfAborted();
    if (this.#starting) return orAborted(this.#starting, signal);
    if (this.#board.microphone === 'open' && this.#loads.ready) return;
    const starting = this.#begin(this.#attempts.begin(signal));
    this.#starting = starting;
    try {
      await starting;
    } finally {
      if (this.#starting === starting) this.#starting = undefined;
    }
  };

  /** Ends the turn in progress, closes the microphone, and forgets speech that was not transcribed. Models stay loaded. */
  readonly stop = async (): Promise<void> => {
    this.#starting = undefined;
    this.#attempts.cancel();
    this.#heeding = false;
    this.#turns.stop();
    await this.#closeInput({ broken: false });
  };

  /**
   * Answers a typed text. Stops a reply that is being heard; one that cannot be heard yet is taken back and both texts are
   * answered together. Loads what it needs, which is neither microphone nor transcriber. A blank text does nothing.
   * Resolves when the turn is over, also when it was interrupted. Call it from a click or a key.
   *
   * @throws {RunAnywhereError} what the engines and the output throw, `prompt-too-long`, `timeout`.
   */
  readonly sendText = async (text: string, { signal }: SessionCallOptions = {}): Promise<void> => {
    this.#throwIfDisposed();
    signal?.throwIfAborted();
    if (text.trim() === '') return;
    this.#prepareOutput();
    await this.#follow(this.#turns.sendText(text.trim()), signal);
  };

  /**
   * Speaks a text as a message of the assistant, without the language model, in place of whatever is being answered.
   * Resolves when the turn is over, also when it was interrupted. Call it from a click or a key.
   *
   * @throws {RunAnywhereError} what the synthesizer and the output throw.
   */
  readonly say = async (text: string, { signal }: SessionCallOptions = {}): Promise<void> => {
    this.#throwIfDisposed();
    signal?.throwIfAborted();
    if (text.trim() === '') return;
    this.#prepareOutput();
    await this.#follow(this.#turns.say(text.trim()), signal);
  };

  /** Stops what is being thought or spoken; the session goes back to listening. The messages keep what was heard. */
  readonly interrupt = (): void => this.#turns.interrupt();

  /** Hears silence from now on; the microphone stays open. An utterance in progress ends. May be called before `start()`. */
  readonly mute = (): void => this.setMuted(true);

  /** Hears again. */
  readonly unmute = (): void => this.setMuted(false);

  /** {@link mute} or {@link unmute}. */
  readonly setMuted = (muted: boolean): void => {
    if (this.#disposal) return;
    this.#parts.input.setMuted(muted);
    this.#board.store.update({ muted });
  };

  /** Ends everything and disposes of the parts. Calls in flight settle; later ones reject with `disposed`. Free when called again. */
  readonly dispose = (): Promise<void> => {
    this.#disposal ??= this.#dispose();
    return this.#disposal;
  };

  async #begin(attempt: Attempt): Promise<void> {
    const { signal } = attempt;
    this.#board.clearTroubles();
    this.#heeding = true;
    this.#board.set({ microphone: 'opening', broken: false });
    try {
      // All three begin within the click that the browser asks for.
      await orAborted(
        Promise.all([this.#openOutput(), this.#openInput(signal), this.load({ signal })]),
        signal,
      );
    } catch (error) {
      // Otherwise whoever cancelled it has cleaned up.
      if (attempt.isCurrent()) await this.#startFailed(error, signal);
      throw error;
    } finally {
      attempt.end();
    }
    const { greeting } = this.#options;
    // Its failure is told by the session's own events.
    if (greeting && this.#turns.untouched) this.say(greeting).catch(() => undefined);
  }

  async #startFailed(error: unknown, signal: AbortSignal): Promise<void> {
    this.#heeding = false;
    this.#turns.forgetSpeech();
    if (!signal.aborted) this.#board.report(error);
    await this.#closeInput({ broken: !signal.aborted });
  }

  async #openInput(signal: AbortSignal): Promise<void> {
    await orAborted(this.#closing, signal);
    await orAborted(this.#parts.input.open({ signal }), signal);
    this.#board.set({ microphone: 'open' });
  }

  #closeInput({ broken }: { broken: boolean }): Promise<void> {
    const wasOpen = this.#board.microphone !== 'closed';
    this.#endCapture?.(broken ? 'failed' : 'done');
    this.#board.set({ microphone: 'closed', broken });
    if (wasOpen) {
      const close = (): Promise<void> => this.#parts.input.close();
      // What fails to close cannot be closed better; opening it again will tell.
      this.#closing = Promise.all([this.#closing, close().catch(() => undefined)]).then(() => undefined);
    }
    return this.#closing;
  }

  /** The input failed while it was open or opening. What was said before is still answered. */
  async #inputFailed(error: RunAnywhereError): Promise<void> {
    this.#board.report(error);
    this.#starting = undefined;
    this.#attempts.cancel(error);
    await this.#closeInput({ broken: true });
    if (this.#board.microphone !== 'closed') return; // Started again meanwhile.
    this.#heeding = false;
    this.#turns.personGone();
  }

  #listen(): void {
    const { events } = this.#parts.input;
    const { events: out } = this.#board;
    const heed =
      <Event>(take: (event: Event) => void): ((event: Event) => void) =>
      (event) => {
        if (this.#heeding) take(event);
      };
    events.on(
      'microphone-open',
      heed((event) => {
        this.#endCapture = this.#stages.start('capture', 0, { atMs: event.atMs });
        this.#board.set({ microphone: 'open' });
        out.emit('microphone-open', event);
      }),
    );
    events.on(
      'level',
      heed((event) => out.emit('level', event)),
    );
    events.on(
      'speech-start',
      heed((event) => out.emit('speech-start', event)),
    );
    events.on(
      'speech-confirmed',
      heed(() => this.#turns.speechConfirmed()),
    );
    events.on(
      'speech-lost',
      heed(({ lostMs }) => this.#board.notifyLost(lostMs)),
    );
    events.on(
      'speech-end',
      heed((event) => {
        const { atMs, lastSpeechMs, clip } = event;
        out.emit('speech-end', { atMs, lastSpeechMs, speechMs: lastSpeechMs - clip.startMs });
        this.#turns.speechEnded(event);
      }),
    );
    events.on(
      'error',
      heed((error) => {
        if (this.#board.microphone !== 'closed') void this.#inputFailed(error);
      }),
    );
  }

  #openOutput(): Promise<void> {
    if (this.#outputOpening) return this.#outputOpening;
    const { output } = this.#parts;
    output.setVolume(this.#options.volume);
    const opening = output.open();
    this.#outputOpening = opening;
    // Tried afresh the next time.
    opening.catch(() => {
      if (this.#outputOpening === opening) this.#outputOpening = undefined;
    });
    return opening;
  }

  /** Opens the output within the click; if that fails, the reply that needs it will tell. */
  #prepareOutput(): void {
    this.#openOutput().catch(() => undefined);
  }

  async #follow({ turn, ended }: { turn: Turn; ended: Promise<void> }, signal?: AbortSignal): Promise<void> {
    try {
      await orAborted(ended, signal);
    } catch (error) {
      if (signal?.aborted) this.#turns.interrupt(turn);
      throw error;
    }
  }

  async #dispose(): Promise<void> {
    const disposed = new RunAnywhereError('disposed', { what: 'The session' });
    this.#starting = undefined;
    this.#attempts.cancel(disposed);
    this.#heeding = false;
    this.#turns.stop();
    await this.#closeInput({ broken: false });
    const { input, transcriber, languageModel, synthesizer, output } = this.#parts;
    const parts = [input, transcriber, languageModel, synthesizer, output];
    await Promise.allSettled(parts.map((part) => part.dispose()));
    this.#board.events.clear();
    this.#board.store.clear();
  }

  #throwIfDisposed(): void {
    if (this.#disposal) throw new RunAnywhereError('disposed', { what: 'The session' });
  }
}

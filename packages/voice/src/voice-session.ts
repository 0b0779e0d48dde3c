import { RunAnywhereError, silentTelemetry, systemClock } from '@runanywhere/core';
import { orAborted } from './abortable.ts';
import { InputControl } from './input-control.ts';
import { type Attempt, Latest } from './latest.ts';
import { ModelLoads } from './model-loads.ts';
import { OutputControl } from './output-control.ts';
import { SessionBoard } from './session-board.ts';
import type { VoiceSessionEvents } from './session-events.ts';
import {
  type ResolvedSessionOptions,
  resolveSessionOptions,
  type SessionOptions,
  type SessionParts,
} from './session-options.ts';
import type { VoiceSnapshot } from './session-snapshot.ts';
import { Stages } from './stages.ts';
import { TurnsOnDemand } from './turns-on-demand.ts';

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

  readonly #parts: SessionParts;
  readonly #options: ResolvedSessionOptions;
  readonly #board: SessionBoard;
  readonly #loads: ModelLoads;
  readonly #turns: TurnsOnDemand;
  readonly #input: InputControl;
  readonly #output: OutputControl;
  readonly #attempts = new Latest();
  #starting: Promise<void> | undefined;
  #disposal: Promise<void> | undefined;

  /**
   * Nothing is loaded and nobody is asked for anything before a method is called.
   *
   * @throws {RunAnywhereError} `invalid-options`, `language-unsupported` (names the engine and what it speaks).
   */
  constructor(parts: SessionParts, options: SessionOptions = {}) {
    this.#parts = parts;
    this.#options = resolveSessionOptions(parts, options);
    this.#board = new SessionBoard(parts.clock ?? systemClock);
    const { clock } = this.#board;
    const stages = new Stages(parts.telemetry ?? silentTelemetry, clock);
    this.#loads = new ModelLoads(parts, this.#board);
    this.#output = new OutputControl(parts.output, this.#options.volume);
    this.#turns = new TurnsOnDemand({
      ...parts,
      clock,
      stages,
      options: this.#options,
      board: this.#board,
      loads: this.#loads,
      openOutput: () => this.#output.open(),
    });
    this.#input = new InputControl(
      { input: parts.input, board: this.#board, stages, turns: () => this.#turns.present },
      (error) => void this.#inputLost(error),
    );
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
    const warmed = Promise.all([this.#turns.make(), this.#loads.load('languageModel', signal)]).then(
      ([turns]) => void turns.warmUp(),
    );
    const others = (['input', 'transcriber', 'synthesizer'] as const).map((part) =>
      this.#loads.load(part, signal),
    );
    await orAborted(Promise.all([warmed, ...others]), signal);
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
    this.#turns.stop();
    await this.#input.close({ broken: false, finish: false });
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
    this.#output.prepare();
    await this.#turns.follow((turns) => turns.sendText(text.trim()), signal);
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
    this.#output.prepare();
    await this.#turns.follow((turns) => turns.say(text.trim()), signal);
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
    try {
      // All three begin within the click that the browser asks for.
      await orAborted(
        Promise.all([
          this.#output.open(),
          this.#input.open(signal, this.#turns.make()),
          this.load({ signal }),
        ]),
        signal,
      );
      signal.throwIfAborted();
    } catch (error) {
      // Otherwise whoever cancelled it has cleaned up.
      throw attempt.isCurrent() ? await this.#startFailed(error, signal) : error;
    } finally {
      attempt.end();
    }
    const { greeting } = this.#options;
    // Its failure is told by the session's own events.
    if (greeting && this.#turns.present?.untouched) this.say(greeting).catch(() => undefined);
  }

  /** Cleans up and returns what the call rejects with. */
  async #startFailed(cause: unknown, signal: AbortSignal): Promise<unknown> {
    this.#turns.present?.forgetSpeech();
    const error = signal.aborted ? cause : this.#board.report(cause);
    await this.#input.close({ broken: !signal.aborted, finish: false });
    return error;
  }

  /** The input failed while it was open or opening. What was said before is still answered. */
  async #inputLost(error: RunAnywhereError): Promise<void> {
    this.#board.report(error);
    this.#starting = undefined;
    this.#attempts.cancel(error);
    await this.#input.close({ broken: true, finish: true });
    if (this.#board.microphone === 'closed') this.#turns.present?.personGone();
  }

  async #dispose(): Promise<void> {
    const disposed = new RunAnywhereError('disposed', { what: 'The session' });
    this.#starting = undefined;
    this.#attempts.cancel(disposed);
    this.#turns.stop();
    await this.#input.close({ broken: false, finish: false });
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

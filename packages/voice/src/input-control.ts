import type { RunAnywhereError, SpeechInput } from '@runanywhere/core';
import { orAborted } from './abortable.ts';
import { Latest } from './latest.ts';
import type { SessionBoard } from './session-board.ts';
import type { EndStage, Stages } from './stages.ts';
import type { TurnTaking } from './turn-taking.ts';

/** What {@link InputControl} works with. */
export interface InputControlParts {
  readonly input: SpeechInput;
  readonly board: SessionBoard;
  readonly stages: Stages;
  /** Who is told of speech. There from the moment at which the microphone opens. */
  readonly turns: () => TurnTaking | undefined;
}

/** Opens and closes the microphone, one after the other, and passes on what it hears, while anybody heeds it. */
export class InputControl {
  readonly #parts: InputControlParts;
  /** Settles when no close is under way. Never rejects. */
  #closing: Promise<void> = Promise.resolve();
  readonly #opening = new Latest();
  #heeding = false;
  #endCapture: EndStage | undefined;

  /** @param onLost the microphone failed while it was open or opening. */
  constructor(parts: InputControlParts, onLost: (error: RunAnywhereError) => void) {
    this.#parts = parts;
    this.#listen(onLost);
  }

  /**
   * What the microphone hears counts from now on, also before this has resolved. {@link close} meanwhile rejects it.
   *
   * @param ready the microphone is not opened before this has resolved.
   */
  async open(outer: AbortSignal, ready: Promise<unknown>): Promise<void> {
    const { input, board } = this.#parts;
    const { signal, end } = this.#opening.begin(outer);
    this.#heeding = true;
    board.set({ microphone: 'opening', broken: false });
    try {
      await orAborted(Promise.all([ready, this.#closing]), signal);
      signal.throwIfAborted();
      await orAborted(input.open({ signal }), signal);
      // It may have been closed between that promise's end and this line.
      signal.throwIfAborted();
      board.set({ microphone: 'open' });
    } finally {
      end();
    }
  }

  /**
   * Closes the microphone, if it is not closed.
   *
   * @param how.broken whether the session failed by it.
   * @param how.finish whether the utterance in progress, which ends by it, still counts.
   */
  close({ broken, finish }: { broken: boolean; finish: boolean }): Promise<void> {
    const { input, board } = this.#parts;
    this.#opening.cancel();
    const wasOpen = board.microphone !== 'closed';
    this.#heeding &&= finish;
    this.#endCapture?.(broken ? 'failed' : 'done');
    this.#endCapture = undefined;
    board.set({ microphone: 'closed', broken });
    if (wasOpen) {
      // What fails to close cannot be closed better; opening it again will tell.
      const closed = input.close().catch(() => undefined);
      this.#closing = Promise.all([this.#closing, closed]).then(() => {
        if (board.microphone === 'closed') this.#heeding = false;
      });
    }
    return this.#closing;
  }

  #listen(onLost: (error: RunAnywhereError) => void): void {
    const { input, board, stages, turns } = this.#parts;
    const { events: heard } = input;
    const heed =
      <Event>(take: (event: Event) => void): ((event: Event) => void) =>
      (event) => {
        if (this.#heeding) take(event);
      };
    const opened = heed((event: { readonly atMs: number; readonly firstFrameMs: number }) => {
      if (board.microphone === 'closed') return;
      this.#endCapture = stages.start('capture', 0, { atMs: event.atMs });
      board.set({ microphone: 'open' });
      board.events.emit('microphone-open', event);
    });
    heard.on('microphone-open', opened);
    heard.on(
      'level',
      heed((event) => board.events.emit('level', event)),
    );
    heard.on(
      'speech-start',
      heed((event) => board.events.emit('speech-start', event)),
    );
    heard.on(
      'speech-confirmed',
      heed(() => turns()?.speechConfirmed()),
    );
    heard.on(
      'microphone-silent',
      heed(({ silentMs }) => board.notifySilent(silentMs)),
    );
    heard.on(
      'speech-lost',
      heed(({ lostMs }) => board.notifyLost(lostMs)),
    );
    heard.on(
      'speech-end',
      heed((event) => {
        const { atMs, lastSpeechMs, clip } = event;
        board.events.emit('speech-end', { atMs, lastSpeechMs, speechMs: lastSpeechMs - clip.startMs });
        turns()?.speechEnded(event);
      }),
    );
    heard.on(
      'error',
      heed((error) => {
        if (board.microphone !== 'closed') onLost(error);
      }),
    );
  }
}

import type { SpeechInputEvents } from '@runanywhere/core';
import { orAborted } from './abortable.ts';
import { Conversation } from './conversation.ts';
import { CurrentReply, type CurrentReplyParts } from './current-reply.ts';
import { generateReply } from './generate-reply.ts';
import { Hearing } from './hearing.ts';
import { Latest } from './latest.ts';
import type { SessionBoard } from './session-board.ts';
import { Turn } from './turn.ts';
import type { TurnOutcome } from './turn-timings.ts';
import type { Utterance } from './utterance-backlog.ts';

/** What {@link TurnTaking} works with. */
export type TurnTakingParts = Omit<CurrentReplyParts, 'conversation'>;

/** A turn that was asked for by a call. */
export interface AskedTurn {
  readonly turn: Turn;
  /** Resolves when the turn ends, however; rejects when it fails. */
  readonly ended: Promise<void>;
}

/**
 * Who may speak. Speech that becomes text is answered once the person is silent; speech before the answer can be heard
 * takes the answer back and is joined to the question; speech while it is heard stops it.
 */
export class TurnTaking {
  readonly #parts: TurnTakingParts;
  readonly #board: SessionBoard;
  readonly #conversation = new Conversation();
  readonly #reply: CurrentReply;
  readonly #hearing: Hearing;
  readonly #warmUp = new Latest();
  #turns = 0;
  #turn: Turn | undefined;
  #personSpeaks = false;
  /** The person speaks over a reply that may not be interrupted. */
  #ignoring = false;
  /** Something was said or typed that no reply has been begun for. */
  #unanswered = false;

  constructor(parts: TurnTakingParts) {
    this.#parts = parts;
    this.#board = parts.board;
    this.#reply = new CurrentReply({ ...parts, conversation: this.#conversation });
    const { transcriber, board, stages, options, loads } = parts;
    this.#hearing = new Hearing(
      {
        transcriber,
        board,
        stages,
        stallMs: options.stallTimeoutMs,
        maxKeptSpeechMs: options.maxKeptSpeechMs,
        ready: (signal) => loads.load('transcriber', signal),
      },
      {
        turn: () => this.#turn?.number ?? this.#turns + 1,
        onBusy: () => {
          if (!this.#reply.exists) board.set({ phase: 'thinking' });
        },
        onText: (text, utterance) => this.#hear(text, utterance),
        onIdle: () => this.#answerIfDue(),
      },
    );
  }

  /** Whether nothing has been said by anybody. */
  get untouched(): boolean {
    return this.#turns === 0 && !this.#personSpeaks && !this.#hearing.busy;
  }

  /** What is being said is speech. */
  speechConfirmed(): void {
    this.#personSpeaks = true;
    if (!this.#reply.exists) return;
    if (!this.#reply.audible) this.#takeBack();
    else if (this.#parts.options.interruptible) this.#endTurn('interrupted');
    else this.#ignoring = true;
  }

  /** An utterance is over. */
  speechEnded(event: SpeechInputEvents['speech-end']): void {
    if (!this.#personSpeaks) this.speechConfirmed();
    this.#personSpeaks = false;
    const ignored = this.#ignoring;
    this.#ignoring = false;
    if (ignored) this.#answerIfDue();
    else this.#hearing.take(event);
  }

  /** Nothing more is heard of the person: the microphone is gone. What was said before is answered. */
  personGone(): void {
    this.#personSpeaks = false;
    this.#ignoring = false;
    this.#answerIfDue();
  }

  /** Answers a text as if it had been said. */
  sendText(text: string): AskedTurn {
    this.#board.clearTroubles();
    if (this.#reply.audible) this.#endTurn('interrupted');
    else this.#takeBack();
    const turn = this.#turn ?? this.#beginTurn(true);
    turn.mark('endOfTurnMs', this.#board.clock.now());
    this.#addUser(text, false);
    const ended = turn.ended();
    this.#answer(turn);
    return { turn, ended };
  }

  /** Speaks a text in place of whatever is being answered. */
  say(text: string): AskedTurn {
    this.#board.clearTroubles();
    this.#unanswered = false;
    this.#endTurn(this.#reply.audible ? 'interrupted' : 'cancelled');
    const turn = this.#beginTurn(false);
    turn.mark('endOfTurnMs', this.#board.clock.now());
    const ended = turn.ended();
    this.#begin(turn, async function* () {
      yield text;
      return undefined;
    });
    return { turn, ended };
  }

  /** Stops the turn in progress. @param only nothing happens when another turn is in progress. */
  interrupt(only?: Turn): void {
    if (only && only !== this.#turn) return;
    this.#hearing.cancel();
    this.#unanswered = false;
    this.#endTurn(this.#reply.audible ? 'interrupted' : 'cancelled');
    this.#board.set({ phase: 'none' });
  }

  /** Stops everything and forgets that somebody speaks. */
  stop(): void {
    this.#warmUp.cancel();
    this.#personSpeaks = false;
    this.#ignoring = false;
    this.interrupt();
  }

  /** Forgets speech that has not become text; a typed turn goes on. */
  forgetSpeech(): void {
    this.#hearing.cancel();
    this.personGone();
  }

  /** Lets the language model read the conversation's beginning, unless it has a reply to give. */
  async warmUp(): Promise<void> {
    const { languageModel, options } = this.#parts;
    const messages = this.#conversation.prompt(options.systemPrompt);
    if (this.#reply.exists || messages.length === 0) return;
    const attempt = this.#warmUp.begin();
    try {
      const { signal } = attempt;
      await orAborted(languageModel.warm(messages, { signal }), signal);
    } catch {
      // A reply without warm-up is only slower; if the engine is broken, the reply will tell.
    } finally {
      attempt.end();
    }
  }

  /** Speech became text. */
  #hear(text: string, { lastSpeechMs, endOfTurnMs }: Utterance): void {
    const { interruptible } = this.#parts.options;
    if (!this.#reply.audible) this.#takeBack();
    else if (interruptible) this.#endTurn('interrupted');
    const continues = this.#turn !== undefined;
    // A reply that plays to its end keeps the moments of its own turn.
    if (!this.#reply.exists) {
      const turn = this.#turn ?? this.#beginTurn(true);
      turn.mark('lastSpeechMs', lastSpeechMs);
      turn.mark('endOfTurnMs', endOfTurnMs);
      turn.mark('transcriptMs', this.#board.clock.now());
    }
    this.#addUser(text, continues);
  }

  #addUser(text: string, merge: boolean): void {
    this.#conversation.addUser(text, merge);
    this.#unanswered = true;
    this.#board.store.update({ messages: this.#conversation.messages });
  }

  /** Called whenever something ended that an answer may have waited for. */
  #answerIfDue(): void {
    if (this.#reply.exists || this.#hearing.busy) return;
    if (this.#unanswered && !this.#personSpeaks) {
      this.#answer(this.#turn ?? this.#beginTurn(true));
      return;
    }
    if (!this.#unanswered) this.#endTurn('cancelled');
    this.#board.set({ phase: 'none' });
  }

  #answer(turn: Turn): void {
    this.#unanswered = false;
    this.#warmUp.cancel();
    const { languageModel, options, board, stages, loads } = this.#parts;
    const ready = (signal: AbortSignal): Promise<void> => loads.load('languageModel', signal);
    // The voice loads while the model thinks. A failure is reported when the reply asks for the voice.
    loads.load('synthesizer').catch(() => undefined);
    const conversation = this.#conversation;
    const parts = { conversation, languageModel, options, board, stages, turn: turn.number, ready };
    this.#begin(turn, (signal) => generateReply(parts, signal));
  }

  #begin(turn: Turn, source: Parameters<CurrentReply['begin']>[1]): void {
    this.#reply.begin(turn, source, (outcome, error) => {
      this.#endTurn(outcome, error);
      this.#answerIfDue();
    });
  }

  /** Takes back a reply that nobody has heard. The question stays, to be answered with what comes. */
  #takeBack(): void {
    if (!this.#reply.exists) return;
    if (!this.#turn?.asked) {
      this.#endTurn('cancelled');
      return;
    }
    this.#reply.stop('cancelled');
    this.#turn.forgetReply();
    this.#unanswered = true;
    this.#board.set({ phase: 'none' });
  }

  #beginTurn(asked: boolean): Turn {
    this.#turn = new Turn(++this.#turns, asked);
    return this.#turn;
  }

  #endTurn(outcome: TurnOutcome, cause?: unknown): void {
    const turn = this.#turn;
    if (!turn) return;
    this.#reply.stop(outcome);
    this.#turn = undefined;
    turn.mark('doneMs', this.#board.clock.now());
    const error = cause === undefined ? undefined : this.#board.report(cause);
    const lastTurn = { turn: turn.number, outcome, timings: turn.timings };
    this.#board.store.update({ lastTurn });
    this.#board.set({ phase: 'none' });
    this.#board.events.emit('turn-end', lastTurn);
    turn.end(outcome, error);
  }
}

import type { SpeechInputEvents, TokenUsage } from '@runanywhere/core';
import { guardedStream, orAborted } from './abortable.ts';
import { Conversation } from './conversation.ts';
import { fitPrompt } from './fit-prompt.ts';
import { Hearing } from './hearing.ts';
import { Latest } from './latest.ts';
import type { ModelLoads } from './model-loads.ts';
import { Reply, type ReplySource } from './reply.ts';
import type { SessionBoard } from './session-board.ts';
import type { ResolvedSessionOptions, VoiceSessionParts } from './session-options.ts';
import type { Stages } from './stages.ts';
import { Turn } from './turn.ts';
import type { TurnOutcome } from './turn-timings.ts';
import type { Utterance } from './utterance-backlog.ts';

/** What {@link TurnTaking} works with. */
export interface TurnTakingParts extends VoiceSessionParts {
  readonly board: SessionBoard;
  readonly loads: ModelLoads;
  readonly stages: Stages;
  /** Opens the output; free when it is open. */
  readonly openOutput: () => Promise<void>;
}

/**
 * Who may speak. Speech that becomes text is answered once the person is silent; speech before the answer can be heard
 * takes the answer back and is joined to the question; speech while it is heard stops it.
 */
export class TurnTaking {
  readonly #parts: TurnTakingParts;
  readonly #options: ResolvedSessionOptions;
  readonly #board: SessionBoard;
  readonly #conversation = new Conversation();
  readonly #hearing: Hearing;
  readonly #warmUp = new Latest();
  #turns = 0;
  #turn: Turn | undefined;
  #reply: { readonly reply: Reply; readonly messageId: number } | undefined;
  #personSpeaks = false;
  /** The person speaks over a reply that may not be interrupted. */
  #ignoring = false;
  /** Something was said or typed that no reply has been begun for. */
  #unanswered = false;

  constructor(parts: TurnTakingParts, options: ResolvedSessionOptions) {
    this.#parts = parts;
    this.#options = options;
    this.#board = parts.board;
    this.#hearing = new Hearing(
      {
        transcriber: parts.transcriber,
        board: parts.board,
        stages: parts.stages,
        stallMs: options.stallTimeoutMs,
        maxKeptSpeechMs: options.maxKeptSpeechMs,
        ready: (signal) => parts.loads.load('transcriber', signal),
      },
      {
        turn: () => this.#turn?.number ?? this.#turns + 1,
        onBusy: () => !this.#reply && this.#board.set({ phase: 'thinking' }),
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
    const current = this.#reply;
    if (!current) return;
    if (!current.reply.audible) this.#takeBack();
    else if (this.#options.interruptible) this.#endTurn('interrupted');
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

  /** Answers a text as if it had been said. Resolves when its turn ends. */
  sendText(text: string): { readonly turn: Turn; readonly ended: Promise<void> } {
    this.#board.clearTroubles();
    if (this.#reply?.reply.audible) this.#endTurn('interrupted');
    else this.#takeBack();
    const turn = this.#currentTurn();
    turn.mark('endOfTurnMs', this.#board.clock.now());
    this.#addUser(text, false);
    const ended = turn.ended();
    this.#answer();
    return { turn, ended };
  }

  /** Speaks a text in place of whatever is being answered. Resolves when its turn ends. */
  say(text: string): { readonly turn: Turn; readonly ended: Promise<void> } {
    this.#board.clearTroubles();
    this.#unanswered = false;
    this.#endTurn(this.#reply?.reply.audible ? 'interrupted' : 'cancelled');
    const turn = this.#beginTurn(false);
    turn.mark('endOfTurnMs', this.#board.clock.now());
    const ended = turn.ended();
    this.#run(turn, async function* () {
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
    this.#endTurn(this.#reply?.reply.audible ? 'interrupted' : 'cancelled');
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
    const messages = this.#conversation.prompt(this.#options.systemPrompt);
    if (this.#reply || messages.length === 0) return;
    const attempt = this.#warmUp.begin();
    try {
      const { signal } = attempt;
      await orAborted(this.#parts.languageModel.warm(messages, { signal }), signal);
    } catch {
      // A reply without warm-up is only slower; if the engine is broken, the reply will tell.
    } finally {
      attempt.end();
    }
  }

  /** Speech became text. */
  #hear(text: string, { lastSpeechMs, endOfTurnMs }: Utterance): void {
    const audible = this.#reply?.reply.audible ?? false;
    if (audible && this.#options.interruptible) this.#endTurn('interrupted');
    if (!audible) this.#takeBack();
    const turn = this.#currentTurn();
    if (!audible || this.#options.interruptible) {
      turn.mark('lastSpeechMs', lastSpeechMs);
      turn.mark('endOfTurnMs', endOfTurnMs);
      turn.mark('transcriptMs', this.#board.clock.now());
    }
    this.#addUser(text, true);
  }

  #addUser(text: string, merge: boolean): void {
    this.#conversation.addUser(text, merge);
    this.#unanswered = true;
    this.#showMessages();
  }

  #answerIfDue(): void {
    if (this.#reply || this.#hearing.busy) return;
    if (this.#personSpeaks) this.#board.set({ phase: 'none' });
    else if (this.#unanswered) this.#answer();
    else {
      this.#endTurn('cancelled');
      this.#board.set({ phase: 'none' });
    }
  }

  #answer(): void {
    this.#unanswered = false;
    this.#warmUp.cancel();
    const turn = this.#currentTurn();
    this.#run(turn, (signal) => this.#generate(turn, signal));
  }

  async *#generate(
    turn: Turn,
    signal: AbortSignal,
  ): AsyncGenerator<string, TokenUsage | undefined, undefined> {
    const { languageModel, loads, stages } = this.#parts;
    const { systemPrompt, maxReplyTokens: maxTokens, temperature, stallTimeoutMs: stallMs } = this.#options;
    await loads.load('languageModel', signal);
    const fitted = await fitPrompt(this.#conversation, systemPrompt, languageModel, {
      replyTokens: maxTokens,
      signal,
    });
    const { messages, droppedMessages } = fitted;
    if (droppedMessages > 0) {
      const message = `The conversation is longer than the language model can hold; it forgets the oldest ${droppedMessages} messages.`;
      this.#board.notify({ code: 'history-shortened', droppedMessages, message });
    }
    const { modelId: engine } = languageModel;
    const endStage = stages.start('language', turn.number, { modelId: engine });
    try {
      const events = guardedStream(
        (inner) => languageModel.generate(messages, { maxTokens, temperature, signal: inner }),
        { signal, clock: this.#board.clock, stallMs, engine },
      );
      for await (const event of events) {
        if (event.type === 'reply-delta') yield event.text;
        else {
          endStage('done', { counts: { ...event.usage } });
          return event.usage;
        }
      }
      endStage('done');
    } catch (error) {
      endStage(signal.aborted ? 'cancelled' : 'failed');
      throw error;
    } finally {
      endStage('cancelled');
    }
    return undefined;
  }

  #run(turn: Turn, source: ReplySource): void {
    const { board, ...parts } = this.#parts;
    const { voice, speed, stallTimeoutMs: stallMs } = this.#options;
    const messageId = this.#conversation.beginReply();
    const isCurrent = (): boolean => this.#reply?.messageId === messageId;
    const reply = new Reply(
      turn.number,
      {
        ...parts,
        clock: board.clock,
        splitter: this.#options.makeSplitter(),
        voice,
        speed,
        stallMs,
        ready: async (signal) => {
          await orAborted(parts.openOutput(), signal);
          await parts.loads.load('synthesizer', signal);
        },
      },
      {
        onDelta: (delta, text) => {
          turn.markFirst('firstTokenMs', board.clock.now());
          this.#conversation.setReply(messageId, text, 'partial');
          this.#showMessages();
          board.events.emit('reply-delta', { turn: turn.number, text: delta });
        },
        onEnd: (text, usage) => {
          turn.mark('replyEndMs', board.clock.now());
          board.events.emit('reply-end', { turn: turn.number, text, ...(usage && { usage }) });
        },
        onAudible: (atMs) => {
          turn.mark('firstAudioMs', atMs);
          board.set({ phase: 'speaking' });
          board.events.emit('speaking-start', { turn: turn.number, atMs });
        },
      },
    );
    this.#reply = { reply, messageId };
    board.set({ phase: 'thinking' });
    reply.run(source).then(
      () => isCurrent() && this.#finish('done'),
      (error) => isCurrent() && this.#finish('failed', error),
    );
  }

  #finish(outcome: 'done' | 'failed', error?: unknown): void {
    this.#endTurn(outcome, error);
    this.#answerIfDue();
  }

  /** Takes back a reply that nobody has heard. The question stays, to be answered with what comes. */
  #takeBack(): void {
    const current = this.#reply;
    if (!current) return;
    if (!this.#turn?.asked) {
      this.#endTurn('cancelled');
      return;
    }
    this.#stopReply('cancelled');
    this.#turn.forgetReply();
    this.#unanswered = true;
    this.#board.set({ phase: 'none' });
  }

  #stopReply(outcome: TurnOutcome): void {
    const current = this.#reply;
    if (!current) return;
    const { reply, messageId } = current;
    this.#reply = undefined;
    const { audible } = reply;
    reply.stop();
    const whole = outcome === 'done' || (outcome === 'failed' && reply.textEnded);
    this.#conversation.setReply(
      messageId,
      whole ? reply.text : reply.heardText,
      whole ? 'complete' : 'interrupted',
    );
    this.#showMessages();
    if (audible) {
      const atMs = this.#board.clock.now();
      this.#board.events.emit('speaking-end', { turn: reply.turn, atMs, stopped: outcome !== 'done' });
    }
  }

  #currentTurn(): Turn {
    return this.#turn ?? this.#beginTurn(true);
  }

  #beginTurn(asked: boolean): Turn {
    const turn = new Turn(++this.#turns, asked);
    this.#turn = turn;
    return turn;
  }

  #endTurn(outcome: TurnOutcome, cause?: unknown): void {
    const turn = this.#turn;
    if (!turn) return;
    this.#stopReply(outcome);
    this.#turn = undefined;
    turn.mark('doneMs', this.#board.clock.now());
    const error = cause === undefined ? undefined : this.#board.report(cause);
    const lastTurn = { turn: turn.number, outcome, timings: turn.timings };
    this.#board.store.update({ lastTurn });
    this.#board.set({ phase: 'none' });
    this.#board.events.emit('turn-end', lastTurn);
    turn.end(outcome, error);
  }

  #showMessages(): void {
    this.#board.store.update({ messages: this.#conversation.messages });
  }
}

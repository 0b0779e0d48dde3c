import { orAborted } from './abortable.ts';
import type { Conversation } from './conversation.ts';
import type { ModelLoads } from './model-loads.ts';
import { Reply, type ReplySource } from './reply.ts';
import { ReplySentences } from './reply-sentences.ts';
import type { SessionBoard } from './session-board.ts';
import type { ResolvedSessionOptions, SessionParts } from './session-options.ts';
import type { Stages } from './stages.ts';
import type { Turn } from './turn.ts';
import type { TurnOutcome } from './turn-timings.ts';

/** What {@link CurrentReply} works with. */
export interface CurrentReplyParts extends SessionParts {
  readonly conversation: Conversation;
  readonly options: ResolvedSessionOptions;
  readonly board: SessionBoard;
  readonly loads: ModelLoads;
  readonly stages: Stages;
  /** Opens the output; free when it is open. */
  readonly openOutput: () => Promise<void>;
}

/** The one reply that may be under way, and its message on the board. */
export class CurrentReply {
  readonly #parts: CurrentReplyParts;
  #current: { readonly reply: Reply; readonly messageId: number } | undefined;

  constructor(parts: CurrentReplyParts) {
    this.#parts = parts;
  }

  /** Whether a reply is under way. */
  get exists(): boolean {
    return this.#current !== undefined;
  }

  /** Whether one is under way and has been heard. */
  get audible(): boolean {
    return this.#current?.reply.audible ?? false;
  }

  /**
   * Begins a reply; the one before must have been stopped.
   *
   * @param onSettled called once when the reply has come to its own end, never after {@link stop}. The reply is still the
   * current one then: stop it with that outcome.
   */
  begin(
    turn: Turn,
    source: ReplySource,
    onSettled: (outcome: 'done' | 'failed', error?: unknown) => void,
  ): void {
    const { board, conversation } = this.#parts;
    const messageId = conversation.beginReply();
    const reply = this.#make(turn, messageId);
    this.#current = { reply, messageId };
    board.set({ phase: 'thinking' });
    const isCurrent = (): boolean => this.#current?.reply === reply;
    reply.run(source).then(
      () => isCurrent() && onSettled('done'),
      (error) => isCurrent() && onSettled('failed', error),
    );
  }

  /** Ends the reply: what was heard of it stays in the conversation. Does nothing when there is none. */
  stop(outcome: TurnOutcome): void {
    const current = this.#current;
    if (!current) return;
    this.#current = undefined;
    const { reply, messageId } = current;
    const { audible } = reply;
    if (outcome !== 'done') reply.stop();
    // When only speaking failed, the text is there to be read.
    const whole = outcome === 'done' || (outcome === 'failed' && reply.textEnded);
    const { board, conversation } = this.#parts;
    conversation.setReply(
      messageId,
      whole ? reply.text : reply.heardText,
      whole ? 'complete' : 'interrupted',
    );
    board.store.update({ messages: conversation.messages });
    if (!audible) return;
    board.events.emit('speaking-end', {
      turn: reply.turn,
      atMs: board.clock.now(),
      stopped: outcome !== 'done',
    });
  }

  #make(turn: Turn, messageId: number): Reply {
    const { synthesizer, output, stages, board, loads, conversation, options, openOutput } = this.#parts;
    const { clock } = board;
    const ready = async (signal: AbortSignal): Promise<void> => {
      await orAborted(openOutput(), signal);
      await loads.load('synthesizer', signal);
    };
    const { voice, speed, stallTimeoutMs: stallMs, makeSplitter } = options;
    const splitter = makeSplitter?.() ?? new ReplySentences();
    return new Reply(
      turn.number,
      { synthesizer, output, stages, clock, ready, voice, speed, stallMs, splitter },
      {
        onDelta: (delta, text) => {
          turn.markFirst('firstTokenMs', clock.now());
          conversation.setReply(messageId, text, 'partial');
          board.store.update({ messages: conversation.messages });
          board.events.emit('reply-delta', { turn: turn.number, text: delta });
        },
        onEnd: (text, usage) => {
          turn.mark('replyEndMs', clock.now());
          board.events.emit('reply-end', { turn: turn.number, text, ...(usage && { usage }) });
        },
        onAudible: (atMs) => {
          turn.mark('firstAudioMs', atMs);
          board.set({ phase: 'speaking' });
          board.events.emit('speaking-start', { turn: turn.number, atMs });
        },
      },
    );
  }
}

import { toRunAnywhereError } from '@runanywhere/core';
import { orAborted } from './abortable.ts';
import type { AskedTurn, TurnTaking, TurnTakingParts } from './turn-taking.ts';

let loaded: typeof TurnTaking | undefined;

/** The code of the turn-taking, which comes with the first call that needs it: a page before its first click does without. */
export async function loadTurnTaking(): Promise<typeof TurnTaking> {
  loaded ??= (await import('./turn-taking.ts')).TurnTaking;
  return loaded;
}

/** A session's turn-taking, made when it is first needed. */
export class TurnsOnDemand {
  readonly #parts: TurnTakingParts;
  #coming: Promise<TurnTaking> | undefined;
  #present: TurnTaking | undefined;
  /** Counts what ends turns: a turn that was asked for before is not begun after. */
  #interruptions = 0;

  constructor(parts: TurnTakingParts) {
    this.#parts = parts;
  }

  /** The turn-taking, once it has been needed. */
  get present(): TurnTaking | undefined {
    return this.#present;
  }

  /** Makes it, or gives the one that was made. Rejects when its code does not arrive; the next call asks for it again. */
  make(): Promise<TurnTaking> {
    this.#coming ??= this.#make();
    return this.#coming;
  }

  /** Asks for a turn and waits until it is over; aborting ends it. One that is interrupted before it began is over, too. */
  async follow(ask: (turns: TurnTaking) => AskedTurn, signal: AbortSignal | undefined): Promise<void> {
    const interruptions = this.#interruptions;
    const turns = this.#present ?? (await orAborted(this.make(), signal));
    if (interruptions !== this.#interruptions) return;
    const { turn, ended } = ask(turns);
    try {
      await orAborted(ended, signal);
    } catch (error) {
      if (signal?.aborted) turns.interrupt(turn);
      throw error;
    }
  }

  /** Stops the turn in progress. */
  interrupt(): void {
    this.#interruptions++;
    this.#present?.interrupt();
  }

  /** Stops everything and forgets that somebody speaks. */
  stop(): void {
    this.#interruptions++;
    this.#present?.stop();
  }

  async #make(): Promise<TurnTaking> {
    try {
      const TurnTaking = await loadTurnTaking();
      this.#present = new TurnTaking(this.#parts);
      return this.#present;
    } catch (error) {
      this.#coming = undefined;
      throw toRunAnywhereError(error, 'The session');
    }
  }
}

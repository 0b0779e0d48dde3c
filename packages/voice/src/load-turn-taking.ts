import type { TurnTaking } from './turn-taking.ts';

let loaded: typeof TurnTaking | undefined;

/** The code of the turn-taking, which comes with the first call that needs it: a page before its first click does without. */
export async function loadTurnTaking(): Promise<typeof TurnTaking> {
  loaded ??= (await import('./turn-taking.ts')).TurnTaking;
  return loaded;
}

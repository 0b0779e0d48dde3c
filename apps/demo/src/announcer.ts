import type { VoiceMessage } from '@runanywhere/voice';
import { make } from './elements.ts';
import { FinishedSentences } from './sentences.ts';

const KEPT = 20;

/** Tells screen readers the captions: each sentence once, when it is finished, and not word by word as it grows. */
export class Announcer {
  enabled = true;
  readonly #log: HTMLElement;
  readonly #sentences = new FinishedSentences();
  readonly #interrupted = new Set<number>();

  constructor(log: HTMLElement) {
    this.#log = log;
  }

  /** Takes the messages of a snapshot. */
  note(messages: readonly VoiceMessage[]): void {
    for (const { id, role, text, status } of messages) {
      const who = role === 'user' ? 'You' : 'Assistant';
      const sentences = this.#sentences.take(id, text, status !== 'partial');
      for (const sentence of sentences) this.#say(`${who}: ${sentence}`);
      if (status === 'interrupted' && !this.#interrupted.has(id)) {
        this.#interrupted.add(id);
        this.#say('The answer was interrupted.');
      }
    }
  }

  /** Begins anew, for a new conversation. */
  reset(): void {
    this.#sentences.reset();
    this.#interrupted.clear();
    this.#log.replaceChildren();
  }

  #say(text: string): void {
    if (!this.enabled) return;
    this.#log.append(make('p', '', text));
    while (this.#log.childElementCount > KEPT) this.#log.firstElementChild?.remove();
  }
}

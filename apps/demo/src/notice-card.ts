import type { VoiceNotice } from '@runanywhere/voice';
import { byId, make } from './elements.ts';

/** Says what is worth knowing and no failure, until it is dismissed or over. */
export class NoticeCard {
  readonly #card = byId('notice', HTMLElement);
  #shown: VoiceNotice | undefined;
  #dismissed: VoiceNotice | undefined;

  /** Shows a snapshot's notice; undefined takes it away. */
  show(notice: VoiceNotice | undefined): void {
    const wanted = notice === this.#dismissed ? undefined : notice;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    if (!wanted) {
      this.#card.replaceChildren();
      return;
    }
    const dismiss = make('button', 'quiet', 'Dismiss');
    dismiss.type = 'button';
    dismiss.addEventListener('click', () => {
      this.#dismissed = wanted;
      this.show(undefined);
    });
    this.#card.replaceChildren(make('p', '', wanted.message), dismiss);
  }
}

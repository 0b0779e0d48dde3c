import { isRunAnywhereError } from '@runanywhere/core';
import { byId, make } from './elements.ts';
import { MICROPHONE_PROBLEMS, PROBLEM_TITLES } from './problem-titles.ts';

/** What the buttons of the card do. */
export interface ProblemActions {
  retry(): void;
  openSettings(): void;
  focusText(): void;
}

/** Says what went wrong and offers what can be done about it. */
export class ProblemCard {
  readonly #card = byId('problem', HTMLElement);
  readonly #actions: ProblemActions;
  #shown: unknown;
  #dismissed: unknown;

  constructor(actions: ProblemActions) {
    this.#actions = actions;
  }

  /** Shows an error; undefined, or one that was dismissed before, takes the card away. */
  show(error: unknown): void {
    const wanted = error === this.#dismissed ? undefined : error;
    if (wanted === this.#shown) return;
    this.#shown = wanted;
    this.#card.replaceChildren(...(wanted === undefined ? [] : this.#contents(wanted)));
    if (wanted !== undefined) this.#card.scrollIntoView({ block: 'nearest' });
  }

  /** Takes the card away and does not show the same error again. */
  dismiss(): void {
    this.#dismissed = this.#shown;
    this.show(undefined);
  }

  #contents(error: unknown): HTMLElement[] {
    const code = isRunAnywhereError(error) ? error.code : undefined;
    const title = code ? PROBLEM_TITLES[code] : 'The voice engine could not be loaded';
    // Whatever else fails is the page's own code that did not arrive: there is nothing to read in such an error.
    const message = isRunAnywhereError(error)
      ? error.message
      : 'A part of this page did not arrive. Check the connection and try again, or reload the page.';
    const buttons = make('p', 'buttons');
    buttons.append(this.#button('strong', 'Try again', () => this.#actions.retry()));
    if (code === 'mic-missing' || code === 'invalid-options') {
      buttons.append(this.#button('quiet', 'Settings', () => this.#actions.openSettings()));
    }
    if (code && MICROPHONE_PROBLEMS.includes(code)) {
      buttons.append(this.#button('quiet', 'Type instead', () => this.#actions.focusText()));
    } else {
      buttons.append(this.#button('quiet', 'Dismiss', () => this.#actions.focusText()));
    }
    return [make('h3', '', title), make('p', '', message), buttons];
  }

  #button(className: string, text: string, act: () => void): HTMLButtonElement {
    const button = make('button', className, text);
    button.type = 'button';
    button.addEventListener('click', () => {
      this.dismiss();
      act();
    });
    return button;
  }
}

import type { VoiceMessage, VoiceSnapshot } from '@runanywhere/voice';
import { make, setText } from './elements.ts';

interface Row {
  readonly item: HTMLLIElement;
  readonly text: HTMLParagraphElement;
  readonly mark: HTMLElement;
  latency: HTMLElement | undefined;
}

/** The conversation as bubbles. Everything that was said is put in as text, never as markup. */
export class Captions {
  readonly #list: HTMLOListElement;
  readonly #rows = new Map<number, Row>();
  readonly #waiting = waitingItem();

  constructor(list: HTMLOListElement) {
    this.#list = list;
  }

  /** Shows the messages of a snapshot, and whose words are awaited. */
  show({ messages: all, state }: VoiceSnapshot): void {
    const follows = isAtEnd();
    // A reply is there before its first word.
    const messages = all.filter(({ text }) => text !== '');
    const ids = new Set(messages.map(({ id }) => id));
    for (const [id, { item }] of this.#rows) {
      if (ids.has(id)) continue;
      item.remove();
      this.#rows.delete(id);
    }
    let changed = false;
    for (const message of messages) changed = this.#showMessage(message) || changed;

    const last = messages.at(-1);
    const awaited = state !== 'thinking' ? '' : last?.role === 'user' ? 'assistant' : 'user';
    const waits = awaited !== '' && last?.status !== 'partial';
    if (waits !== this.#waiting.item.isConnected || changed) {
      if (waits) this.#list.append(this.#waiting.item);
      else this.#waiting.item.remove();
      changed = true;
    }
    this.#waiting.item.dataset.role = awaited;
    setText(this.#waiting.text, awaited === 'user' ? 'Writing down what you said' : 'Thinking of an answer');
    if (changed && follows) scrollToEnd();
  }

  /** Puts where the time of a turn went under its answer. */
  showLatency(line: HTMLElement | undefined): void {
    const answers = [...this.#rows.values()].filter(({ item }) => item.dataset.role === 'assistant');
    const row = answers.at(-1);
    if (!line || !row || row.latency) return;
    const follows = isAtEnd();
    row.latency = line;
    row.item.append(line);
    if (follows) scrollToEnd();
  }

  #showMessage({ id, role, text, status }: VoiceMessage): boolean {
    const row = this.#rows.get(id) ?? this.#addRow(id, role);
    const changed = row.text.textContent !== text || row.item.dataset.status !== status;
    setText(row.text, text);
    row.item.dataset.status = status;
    row.mark.hidden = status !== 'interrupted';
    return changed;
  }

  #addRow(id: number, role: VoiceMessage['role']): Row {
    const item = make('li', 'caption');
    item.dataset.role = role;
    const text = make('p', 'words');
    text.dir = 'auto';
    const mark = make('small', 'mark', 'interrupted');
    item.append(make('span', 'who', role === 'user' ? 'You' : 'Assistant'), text, mark);
    this.#list.append(item);
    const row: Row = { item, text, mark, latency: undefined };
    this.#rows.set(id, row);
    return row;
  }
}

function waitingItem(): { readonly item: HTMLLIElement; readonly text: HTMLElement } {
  const item = make('li', 'caption waiting');
  const text = make('span', 'unseen');
  const dots = make('span', 'dots');
  dots.ariaHidden = 'true';
  dots.append(make('i'), make('i'), make('i'));
  item.append(text, dots);
  return { item, text };
}

/** Where the newest words are at the bottom of the window: before the footer. */
function endOfWords(): number {
  const { scrollHeight, clientHeight } = document.documentElement;
  return scrollHeight - clientHeight - (document.querySelector('footer')?.offsetHeight ?? 0);
}

/** Whether the person looks at the newest words and has not scrolled back. */
function isAtEnd(): boolean {
  return scrollY >= endOfWords() - 120;
}

function scrollToEnd(): void {
  scrollTo({ top: endOfWords() });
}

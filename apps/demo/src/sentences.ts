/** Reads sentences out of texts that grow: each sentence is given once, when it is finished. */
export class FinishedSentences {
  readonly #segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });
  readonly #given = new Map<number, number>();

  /** The sentences of message `id` that have been finished since the last call. With `ended` the rest is finished, too. */
  take(id: number, text: string, ended: boolean): string[] {
    const begin = this.#given.get(id) ?? 0;
    const segments = [...this.#segmenter.segment(text.slice(begin))].map(({ segment }) => segment);
    // What comes last may still go on.
    if (!ended) segments.pop();
    this.#given.set(id, begin + segments.join('').length);
    return segments.map((segment) => segment.trim()).filter((segment) => segment !== '');
  }

  /** Begins anew, for a new conversation. */
  reset(): void {
    this.#given.clear();
  }
}

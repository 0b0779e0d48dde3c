/** The parsed `normalize.json`: words that the speakable text is made of. */
export interface SpeakableTables {
  /** `jan` → `January` */
  readonly months: Readonly<Record<string, string>>;
  /** Spoken before a capitalised word: `St` → `Saint`. */
  readonly titles: Readonly<Record<string, string>>;
  /** `approx.` → `approximately` */
  readonly abbreviations: Readonly<Record<string, string>>;
  /** `km` → `['kilometer', 'kilometers']` */
  readonly units: Readonly<Record<string, readonly [singular: string, plural: string]>>;
  /** `=` → `equals`; an empty string for signs that are not said. */
  readonly symbols: Readonly<Record<string, string>>;
  /** `¥` → `['yen', 'yen']` */
  readonly currency: Readonly<Record<string, readonly [singular: string, plural: string]>>;
  /** Words after which a Roman numeral is a number: `Chapter IV`. */
  readonly roman_cardinal: readonly string[];
  /** Names after which a Roman numeral is a place in a row: `Henry VIII`. */
  readonly roman_ordinal: readonly string[];
}

// After these sounds an American t or d between vowels is flapped: "waiting", "wanted" differ.
const FLAPPING = new Set('AIOWYiuæɑəɛɪɹʊʌ');

/** A word's phonemes with the plural or possessive -s. */
export function withS(stem: string): string {
  const last = stem.at(-1) ?? '';
  if ('ptkfθ'.includes(last)) return `${stem}s`;
  return 'szʃʒʧʤ'.includes(last) ? `${stem}ᵻz` : `${stem}z`;
}

/** A word's phonemes with the past tense -ed. */
export function withEd(stem: string): string {
  const last = stem.at(-1) ?? '';
  if ('pkfθʃsʧ'.includes(last)) return `${stem}t`;
  if (last === 'd') return `${stem}ᵻd`;
  if (last !== 't') return `${stem}d`;
  if (stem.length < 2) return `${stem}ɪd`;
  return isFlapped(stem) ? `${stem.slice(0, -1)}ɾᵻd` : `${stem}ᵻd`;
}

/** A word's phonemes with -ing. */
export function withIng(stem: string): string {
  return stem.endsWith('t') && isFlapped(stem) ? `${stem.slice(0, -1)}ɾɪŋ` : `${stem}ɪŋ`;
}

function isFlapped(stem: string): boolean {
  return FLAPPING.has(stem.at(-2) ?? '');
}

/** A way to take an ending off a word, in the order in which the stems are tried. */
export interface Ending {
  readonly stems: (word: string) => string[];
  readonly attach: (stem: string) => string;
  /** Stems of this ending carry at least a secondary stress ("doing"). */
  readonly stressed: boolean;
}

/** Regular endings of English, most frequent first. */
export const ENDINGS: readonly Ending[] = [
  {
    attach: withS,
    stressed: false,
    stems(word) {
      if (word.length < 3 || !word.endsWith('s')) return [];
      const stems: string[] = [];
      if (!word.endsWith('ss')) stems.push(word.slice(0, -1));
      if (word.endsWith("'s") || (word.length > 4 && /[^i]es$/.test(word))) stems.push(word.slice(0, -2));
      if (word.length > 4 && word.endsWith('ies')) stems.push(`${word.slice(0, -3)}y`);
      return stems;
    },
  },
  {
    attach: withEd,
    stressed: false,
    stems(word) {
      if (word.length < 4 || !word.endsWith('d')) return [];
      const stems: string[] = [];
      if (!word.endsWith('dd')) stems.push(word.slice(0, -1));
      if (word.length > 4 && /[^e]ed$/.test(word)) stems.push(word.slice(0, -2));
      return stems;
    },
  },
  {
    attach: withIng,
    stressed: true,
    stems(word) {
      if (word.length < 5 || !word.endsWith('ing')) return [];
      const stem = word.slice(0, -3);
      const stems = word.length > 5 ? [stem, `${stem}e`] : [`${stem}e`];
      // "running" from "run", "panicking" from "panic".
      if (word.length > 5 && /([bcdgklmnprstvxz])\1$|ck$/.test(stem)) stems.push(stem.slice(0, -1));
      return stems;
    },
  },
];

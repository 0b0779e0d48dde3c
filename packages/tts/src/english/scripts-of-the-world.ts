import { own } from './own.ts';

// Names of Greek letters, which stand alone in formulas, and the Latin letters that spell them in words.
const GREEK: Readonly<Record<string, readonly [name: string, latin: string]>> = {
  α: ['alpha', 'a'],
  β: ['beta', 'v'],
  γ: ['gamma', 'g'],
  δ: ['delta', 'd'],
  ε: ['epsilon', 'e'],
  ζ: ['zeta', 'z'],
  η: ['eta', 'i'],
  θ: ['theta', 'th'],
  ι: ['iota', 'i'],
  κ: ['kappa', 'k'],
  λ: ['lambda', 'l'],
  μ: ['mu', 'm'],
  ν: ['nu', 'n'],
  ξ: ['xi', 'x'],
  ο: ['omicron', 'o'],
  π: ['pi', 'p'],
  ρ: ['rho', 'r'],
  σ: ['sigma', 's'],
  ς: ['sigma', 's'],
  τ: ['tau', 't'],
  υ: ['upsilon', 'y'],
  φ: ['phi', 'f'],
  χ: ['chi', 'ch'],
  ψ: ['psi', 'ps'],
  ω: ['omega', 'o'],
};

const CYRILLIC: Readonly<Record<string, string>> = Object.fromEntries(
  (
    'а a б b в v г g д d е e ж zh з z и i й y к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh ' +
    'щ shch ъ - ы y ь - э e ю yu я ya ё yo є ye і i ї yi ґ g ј y љ ly њ ny ћ ch ђ j џ j ў u'
  )
    .match(/\S+ \S+/g)
    ?.map((pair) => {
      const [letter = '', latin = ''] = pair.split(' ');
      return [letter, latin === '-' ? '' : latin];
    }) ?? [],
);

const SCRIPTS: readonly (readonly [letters: RegExp, description: string])[] = [
  [/\p{Script=Hiragana}|\p{Script=Katakana}/u, 'japanese text'],
  [/\p{Script=Han}/u, 'chinese text'],
  [/\p{Script=Hangul}/u, 'korean text'],
  [/\p{Script=Arabic}/u, 'arabic text'],
  [/\p{Script=Hebrew}/u, 'hebrew text'],
  [/\p{Script=Thai}/u, 'thai text'],
  [/\p{Script=Devanagari}/u, 'hindi text'],
  [/\p{Script=Cyrillic}/u, 'russian text'],
  [/\p{Script=Greek}/u, 'greek text'],
  [/\p{N}/u, 'number'],
];

/** A word in Latin letters: Greek and Cyrillic are transliterated, a single Greek letter is named, accents stay. */
export function inLatinLetters(word: string): string {
  const lower = word.toLowerCase();
  const alone = own(GREEK, lower);
  if (alone) return alone[0];
  return [...word]
    .map((letter) => {
      const small = letter.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
      return GREEK[small]?.[1] ?? CYRILLIC[letter.toLowerCase()] ?? CYRILLIC[small] ?? letter;
    })
    .join('');
}

/** What is said for letters that an English voice cannot read: which writing it is. */
export function scriptName(word: string): string {
  return SCRIPTS.find(([letters]) => letters.test(word))?.[1] ?? 'foreign letter';
}

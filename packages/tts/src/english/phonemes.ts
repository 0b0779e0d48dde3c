// The phoneme alphabet that the voice was trained on: one character a sound, capitals for diphthongs (`A` as in "day", `I`
// as in "my", `O` as in "go", `W` as in "now", `Y` as in "boy"), stress marks before the vowel. It is the alphabet of misaki
// and Kokoro-82M (Apache-2.0).

/** Stands before the vowel of the syllable that a word leans on. */
export const PRIMARY_STRESS = 'ˈ';
/** Stands before a vowel with some weight, less than the primary one's. */
export const SECONDARY_STRESS = 'ˌ';

const VOWELS = new Set('AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻ');
const CONSONANTS = new Set('bdfhjklmnpstvwzðŋɡɹɾʃʒʤʧθ');
const LONG_SOUNDS = new Set('AIOQWYʤʧ');
const PAUSES = new Set(';:,.!?—…');

/** Punctuation that the voice knows, quotes included. */
export const SPOKEN_PUNCTUATION: ReadonlySet<string> = new Set([...PAUSES, '"', '“', '”']);

/** Whether the string has at least one sound in it, not only marks. */
export function hasSound(phonemes: string): boolean {
  return [...phonemes].some((sound) => VOWELS.has(sound) || CONSONANTS.has(sound));
}

/**
 * What a word before these phonemes hears next: `true` a vowel, `false` a consonant, `null` a pause, `undefined`
 * when there is no sound in them. It decides "the" and "to".
 */
export function startsWithVowel(phonemes: string): boolean | null | undefined {
  for (const sound of phonemes) {
    if (PAUSES.has(sound)) return null;
    if (VOWELS.has(sound)) return true;
    if (CONSONANTS.has(sound)) return false;
  }
  return undefined;
}

/** How heavy a word sounds: long sounds count twice. Compounds keep their stress on the heavier parts. */
export function soundWeight(phonemes: string): number {
  let weight = 0;
  for (const sound of phonemes) weight += LONG_SOUNDS.has(sound) ? 2 : 1;
  return weight;
}

/** How {@link restress} changes a word. */
export type StressChange =
  /** No stress at all. */
  | 'none'
  /** Primary stress becomes secondary, secondary goes. */
  | 'weaken'
  /** Primary stress becomes secondary; a word without stress gets a secondary one. */
  | 'secondary'
  /** A word without any stress gets a secondary one. */
  | 'at-least-secondary'
  /** A word without primary stress gets one: emphasis. */
  | 'primary';

/** Moves, adds or removes the stress marks of one word. */
export function restress(phonemes: string, change: StressChange | undefined): string {
  if (change === undefined) return phonemes;
  const primary = phonemes.includes(PRIMARY_STRESS);
  const unstressed = !primary && !phonemes.includes(SECONDARY_STRESS);

  switch (change) {
    case 'none':
      return phonemes.replaceAll(PRIMARY_STRESS, '').replaceAll(SECONDARY_STRESS, '');
    case 'weaken':
      return primary ? demoted(phonemes) : phonemes;
    case 'secondary':
      if (primary) return demoted(phonemes);
      return unstressed ? beforeFirstVowel(phonemes, SECONDARY_STRESS) : phonemes;
    case 'at-least-secondary':
      return unstressed ? beforeFirstVowel(phonemes, SECONDARY_STRESS) : phonemes;
    case 'primary':
      if (unstressed) return beforeFirstVowel(phonemes, PRIMARY_STRESS);
      return primary ? phonemes : phonemes.replaceAll(SECONDARY_STRESS, PRIMARY_STRESS);
  }
}

function demoted(phonemes: string): string {
  return phonemes.replaceAll(SECONDARY_STRESS, '').replaceAll(PRIMARY_STRESS, SECONDARY_STRESS);
}

function beforeFirstVowel(phonemes: string, mark: string): string {
  const sounds = [...phonemes];
  const vowel = sounds.findIndex((sound) => VOWELS.has(sound));
  return vowel < 0 ? phonemes : [...sounds.slice(0, vowel), mark, ...sounds.slice(vowel)].join('');
}

import type { Rule } from './rule.ts';

const TOP_LEVEL =
  'com|org|net|edu|gov|io|co|uk|de|fr|info|biz|us|ca|au|tv|me|ly|ai|dev|app|eu|ch|at|it|es|nl';
const FILE_TYPES =
  'js|mjs|ts|tsx|jsx|py|md|txt|pdf|docx?|xlsx?|pptx?|csv|json|ya?ml|html?|css|png|jpe?g|gif|svg|mp[34]|wav|zip|exe|sh|rb|rs|go|java|cpp|xml|toml|ini|log';
const NOT_IN_WORD = '(?<![\\p{L}\\p{N}_.@/-])';

/** Web and mail addresses, file names, versions and network addresses: their dots and slashes are said. */
export const ADDRESS_RULES: readonly Rule[] = [
  {
    find: /(?<![\p{L}\p{N}])(?:https?|ftp):\/\/([^\s<>"'“”’]+)/giu,
    say: ([, address = '']) => spokenAddress(address),
  },
  {
    find: new RegExp(`${NOT_IN_WORD}www\\.[^\\s<>"'“”’]+`, 'giu'),
    say: ([address]) => spokenAddress(address),
  },
  {
    find: new RegExp(`${NOT_IN_WORD}[\\p{L}\\p{N}_.+-]+@[\\p{L}\\p{N}-]+(?:\\.[\\p{L}\\p{N}-]+)+`, 'gu'),
    say: ([address]) => spokenAddress(address),
  },
  {
    find: new RegExp(
      `${NOT_IN_WORD}(?:[\\p{L}\\p{N}-]+\\.)+(?:${TOP_LEVEL})(?:/[^\\s<>"'“”’]*)?(?![\\p{L}\\p{N}_-]|\\.[\\p{L}\\p{N}])`,
      'gu',
    ),
    say: ([address]) => (/\p{L}{2}/u.test(address) ? spokenAddress(address) : address),
  },
  {
    find: new RegExp(`${NOT_IN_WORD}([\\p{L}\\p{N}_-]+)\\.(${FILE_TYPES})(?![\\p{L}\\p{N}_])`, 'gu'),
    // "README" is a word here, and "FAQ" is spelled.
    say: ([, name = '', type]) => `${/^[A-Z]{5,}$/.test(name) ? name.toLowerCase() : name} dot ${type}`,
  },
  {
    find: /(?<![\p{L}\p{N}_.,-])\d{1,3}(?:\.\d{1,3}){3}(?![\p{L}\p{N}_]|\.\d)/gu,
    say: ([address]) =>
      address
        .split('.')
        .map((group) => [...group].join(' '))
        .join(' dot '),
  },
];

const SIGN_NAMES: Readonly<Record<string, string>> = {
  '.': 'dot',
  '/': 'slash',
  '@': 'at',
  '-': 'dash',
  _: 'underscore',
  '+': 'plus',
  '?': 'question mark',
  '&': 'and',
  '=': 'equals',
  '#': 'hash',
  ':': 'colon',
  '%': 'percent',
  '~': 'tilde',
};

/** `example.com/foo` → `example dot com slash foo`; punctuation that belongs to the sentence stays at the end. */
function spokenAddress(address: string): string {
  const [, core = '', tail = ''] = /^(.*?)([.,;:!?)\]}*]*)$/su.exec(address) ?? [];
  const words = core
    .replace(/\/$/, '')
    .replace(/^www(?=\.)/i, 'W W W')
    .replaceAll(/[./@_+?&=#:%~-]/g, (sign) => ` ${SIGN_NAMES[sign]} `)
    .trim();
  return words + tail;
}

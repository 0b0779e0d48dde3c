import type { Rule } from './rule.ts';
import { applyRule } from './rule.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&apos;': "'",
  '&nbsp;': ' ',
};

/** Markdown and HTML, which language models write and nobody says. Order matters: blocks first, then spans. */
const MARKUP: readonly Rule[] = [
  { find: /\r\n?/gu, say: () => '\n' },
  { find: /\\[\\`*_~]/gu, say: () => '' },
  { find: /^[ \t]*(?:```|~~~).*$/gmu, say: () => '' },
  { find: /^[ \t]*(?:[-*_][ \t]*){3,}$/gmu, say: () => '' },
  { find: /^[ \t]*\|?[ \t]*:?-{2,}:?[ \t]*(?:\|[ \t]*:?-{2,}:?[ \t]*)*\|?[ \t]*$/gmu, say: () => '' },
  { find: /^[ \t]*\|(.*?)\|?[ \t]*$/gmu, say: ([, row = '']) => row.replaceAll('|', ', ') },
  { find: /^[ \t]*(?:>[ \t]?)+/gmu, say: () => '' },
  { find: /^[ \t]*#{1,6}[ \t]+/gmu, say: () => '' },
  { find: /^[ \t]*[-*+•‣◦][ \t]+(?:\[[ xX]\][ \t]+)?/gmu, say: () => '' },
  { find: /!\[([^\]]*)\]\([^)]*\)/gu, say: ([, alt = '']) => alt },
  {
    find: /\[([^\]]+)\]\(([^)]*)\)/gu,
    say: ([whole, text = '', target = '']) => (isPronunciation(target) ? whole : text),
  },
  { find: /\[\^[^\]\s]+\]:?/gu, say: () => '' },
  { find: /<((?:https?:\/\/|mailto:)[^\s>]+)>/gu, say: ([, address = '']) => address.replace('mailto:', '') },
  { find: /<\/?[a-zA-Z][^<>]*>/gu, say: () => ' ' },
  { find: /&(?:amp|lt|gt|quot|#39|apos|nbsp);/gu, say: ([entity]) => ENTITIES[entity] ?? entity },
  {
    find: /(?<![\p{L}\p{N}])(\*{1,3}|_{1,3}|~~)(?=\S)(.+?)(?<=\S)\1(?![\p{L}\p{N}])/gu,
    say: ([, , inner = '']) => inner,
  },
  { find: /(`+)(.+?)\1/gu, say: ([, , code = '']) => code },
  { find: /\\([{}[\]()#+.!|-])/gu, say: ([, sign = '']) => sign },
];

/** Pictures and flags. Signs such as © and ↔, which have names, stay. */
const EMOJI = /\p{Regional_Indicator}|\p{Emoji_Modifier}|(?=\p{Extended_Pictographic})[\u231A-\u{10FFFF}]/gu;

/** Joiners, variation selectors, soft hyphens: they change how text looks, not how it sounds. */
const INVISIBLE =
  /\p{Variation_Selector}|[\u200B\u200C\u2060\uFEFF\u00AD\u{E0020}-\u{E007F}]|\u200D|\u20E3/gu;

/** Whether the target of a link is a pronunciation for its text: `[hibari](/hibˈɑɹi/)`. */
export function isPronunciation(target: string): boolean {
  return /^\/[^/]*[ˈˌ][^/]*\/$/u.test(target);
}

/**
 * Text without markup: headings, emphasis, links, code fences, tables, tags and emoji leave only their words. Line breaks
 * stay. A text that consists of markup alone comes back as its letters and figures, so that nothing is lost.
 */
export function plainText(text: string): string {
  const composed = text
    .normalize('NFC')
    .replaceAll(/[\uFF01-\uFF5E\u{1D400}-\u{1D7FF}ﬀ-ﬆ]/gu, (character) => character.normalize('NFKC'));
  const bare = MARKUP.reduce(applyRule, composed).replaceAll(EMOJI, ' ').replaceAll(INVISIBLE, '');
  if (/[\p{L}\p{N}]/u.test(bare) || !/[\p{L}\p{N}]/u.test(composed)) return bare;
  return composed.replaceAll(/[^\p{L}\p{M}\p{N}\s.,!?]+/gu, ' ');
}

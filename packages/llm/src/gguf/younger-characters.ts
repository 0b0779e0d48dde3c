/**
 * Where letters, numbers and marks of Unicode 16 and 17 are, none of Unicode 15.1 among them. llama.cpp cuts words
 * by Unicode 15.1, browsers by whatever version they know, and the ids of a text must not depend on the browser.
 */
const RANGES = `
  088F-0897 0C5C 0CDC 1ACF-1AEB 1C89-1C8A A7CB-A7CF A7D2 A7D4 A7DA-A7F1 105C0-105F3 10940-10959
  10D40-10D85 10EC2-10EFC 11380-113E2 116D0-116E3 11B60-11BF9 11DB0-11DE9 11F5A 13460-143FA
  16100-16139 16D40-16D79 16EA0-16ED3 16FF2-16FF6 187F8-187FF 18CFF 18D09-18DF2 1CCF0-1CCF9
  1E5D0-1E6FF 2B73A-2B73F 2CEA2-2CEAD 323B0-33479
`;

/** {@link RANGES} as the inside of a character class with the flag `v`. */
export const YOUNGER_CHARACTERS: string = RANGES.trim()
  .split(/\s+/)
  .map((range) => range.replace(/[0-9A-F]+/g, String.raw`\u{$&}`))
  .join('');

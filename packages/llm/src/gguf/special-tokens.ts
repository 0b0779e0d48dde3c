/**
 * Cuts a text at every special token that is written in it: strings are what is left, numbers the tokens' ids. The longest
 * token is looked for first and throughout, then the next one in what is left, as llama.cpp does.
 *
 * @param specials texts and ids, the longest first.
 */
export function splitAtSpecials(
  text: string,
  specials: readonly (readonly [text: string, id: number])[],
): (string | number)[] {
  let parts: (string | number)[] = text === '' ? [] : [text];
  for (const [special, id] of specials) {
    // Most are not there, and one look says so.
    if (text.includes(special))
      parts = parts.flatMap((part) => (typeof part === 'number' ? [part] : cut(part, special, id)));
  }
  return parts;
}

function cut(text: string, special: string, id: number): (string | number)[] {
  const parts: (string | number)[] = [];
  let start = 0;
  for (let at = text.indexOf(special); at >= 0; at = text.indexOf(special, start)) {
    if (at > start) parts.push(text.slice(start, at));
    parts.push(id);
    start = at + special.length;
  }
  if (start < text.length) parts.push(text.slice(start));
  return parts;
}

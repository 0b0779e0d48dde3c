/** Tokens that end a reply wherever they are in a vocabulary, by their text. */
const ENDS = [
  '<|eot_id|>',
  '<|im_end|>',
  '<|end|>',
  '<|return|>',
  '<|call|>',
  '<|flush|>',
  '<|calls|>',
  '<end_of_turn>',
  '<|endoftext|>',
  '</s>',
  '<|eom_id|>',
  '<EOT>',
  '_<EOT>',
  '[EOT]',
  '[EOS]',
  '<|end_of_text|>',
  '<end_of_utterance>',
  '<eos>',
  '<turn|>',
  '<|tool_response>',
  '<｜end▁of▁sentence｜>',
  '[e~[',
];

/** Tokens of code models that end a reply as well, where the file does not name others: padding, repository, file. */
const CODE_ENDS: readonly (readonly [name: string, texts: readonly string[]])[] = [
  ['fim_pad', ['<|fim_pad|>', '<fim-pad>', '<fim_pad>', '<PAD>', '[PAD]']],
  ['fim_rep', ['<|fim_repo|>', '<|repo_name|>', '<fim-repo>', '<REPO>', '<reponame>']],
  ['fim_sep', ['<|file_sep|>']],
];

/**
 * Which tokens end a reply, found as llama.cpp finds them (`llama-vocab.cpp`, `special_eog_ids`): those the file names and
 * those whose text says so.
 *
 * @param idOf the id the file gives for a name such as `eos`.
 * @returns `controls`: tokens that steer the model by their text alone, whatever the file calls them.
 */
export function endIds(
  ids: ReadonlyMap<string, number>,
  idOf: (name: string) => number | undefined,
): { readonly ends: ReadonlySet<number>; readonly controls: readonly number[] } {
  const present = (texts: readonly string[]): number[] =>
    texts.map((text) => ids.get(text)).filter((id) => id !== undefined);
  const controls = present(ENDS);
  const ends = new Set(controls);
  for (const name of ['eos', 'eot', 'eom']) {
    const id = idOf(name);
    if (id !== undefined) ends.add(id);
  }
  for (const [name, texts] of CODE_ENDS) {
    const given = idOf(name);
    const id = given ?? present(texts)[0];
    if (id === undefined) continue;
    ends.add(id);
    if (given === undefined) controls.push(id);
  }
  // Where replies have parts of their own, the end of a part is not the end of the reply.
  const has = (text: string): boolean => ids.has(text);
  const parted =
    (has('<|return|>') && has('<|call|>')) || (has('<|flush|>') && (has('<|call|>') || has('<|calls|>')));
  if (parted) ends.delete(ids.get('<|end|>') ?? -1);
  if (has('<|tool_response>')) ends.delete(ids.get('</s>') ?? -1);
  return { ends, controls };
}

import { RunAnywhereError } from '@runanywhere/core';

/** The part of a `tokenizer.json` that turning ids into text needs. */
interface TokenizerFile {
  readonly added_tokens: readonly { readonly id: number; readonly special: boolean }[];
  readonly model: { readonly vocab: Readonly<Record<string, number>>; readonly byte_fallback?: boolean };
}

const BYTE_TOKEN = /^<0x([0-9A-F]{2})>$/;
/** What SentencePiece writes for a space. */
const SPACE = '\u2581';

/**
 * Turns token ids into text, for vocabularies of the SentencePiece kind: `▁` is a space, `<0xE2>` one byte of a character
 * that has no token of its own, and special tokens say nothing.
 */
export class TokenText {
  readonly #bytesOf = new Map<number, Uint8Array>();

  /**
   * @param tokenizer the text of a `tokenizer.json`.
   * @throws {RunAnywhereError} `engine-failed` when it is none.
   */
  constructor(tokenizer: string, modelId: string) {
    const { model, added_tokens } = parse(tokenizer, modelId);
    const encoder = new TextEncoder();
    for (const [piece, id] of Object.entries(model.vocab)) {
      const byte = BYTE_TOKEN.exec(piece)?.[1];
      this.#bytesOf.set(
        id,
        byte ? Uint8Array.of(Number.parseInt(byte, 16)) : encoder.encode(piece.replaceAll(SPACE, ' ')),
      );
    }
    for (const { id, special } of added_tokens) if (special) this.#bytesOf.delete(id);
  }

  /** The ids as text. A character whose last bytes have not come yet is left out, so a growing list gives a growing text. */
  decode(ids: readonly number[]): string {
    const decoder = new TextDecoder();
    let text = '';
    for (const id of ids) {
      const bytes = this.#bytesOf.get(id);
      if (bytes) text += decoder.decode(bytes, { stream: true });
    }
    return text.trim();
  }
}

function parse(tokenizer: string, modelId: string): TokenizerFile {
  try {
    const file = JSON.parse(tokenizer) as Partial<TokenizerFile>;
    if (file.model?.vocab && file.added_tokens) return file as TokenizerFile;
  } catch {
    // Not JSON: the error below says what is wrong.
  }
  throw new RunAnywhereError('engine-failed', {
    engine: modelId,
    reason: 'tokenizer.json holds no vocabulary',
  });
}

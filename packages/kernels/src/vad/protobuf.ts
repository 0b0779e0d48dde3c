/** One field of a Protocol Buffers message, as it lies on the wire. */
export interface WireField {
  readonly number: number;
  /** Of a field that holds one number; beyond 2⁵³ it is not exact. */
  readonly value?: number;
  /** Of a field that holds a text, bytes, a message or packed numbers. */
  readonly bytes?: Uint8Array;
}

const MAX_VARINT_BYTES = 10;

/**
 * The fields of a message (protobuf.dev, "Encoding"), one after the other. Nothing outside `message` is read.
 *
 * @param fail is called with what is wrong, and throws.
 */
export function* fieldsOf(message: Uint8Array, fail: (reason: string) => never): Generator<WireField, void> {
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let i = 0; i < MAX_VARINT_BYTES; i++) {
      const byte = message[at++];
      if (byte === undefined) return fail('a number ends behind its message');
      value += (byte & 127) * 2 ** (7 * i);
      if (byte < 128) return value;
    }
    return fail('a number is too long');
  };
  const take = (length: number): Uint8Array => {
    if (length > message.length - at) return fail('a field ends behind its message');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wireType = tag % 8;
    if (wireType === 0) yield { number, value: varint() };
    else if (wireType === 1) yield { number, bytes: take(8) };
    else if (wireType === 2) yield { number, bytes: take(varint()) };
    else if (wireType === 5) yield { number, bytes: take(4) };
    else fail('a field is of no known kind');
  }
}

/** Numbers that were packed into one field. */
export function packedNumbers(bytes: Uint8Array, fail: (reason: string) => never): number[] {
  const numbers: number[] = [];
  let value = 0;
  let digits = 0;
  for (const byte of bytes) {
    value += (byte & 127) * 2 ** (7 * digits++);
    if (digits > MAX_VARINT_BYTES) fail('a number is too long');
    if (byte < 128) {
      numbers.push(value);
      value = 0;
      digits = 0;
    }
  }
  if (digits > 0) fail('a number ends behind its message');
  return numbers;
}

/** A number, as far as it has come. */
export interface NumberPart {
  readonly integer: boolean;
  readonly at: 'sign' | 'zero' | 'whole' | 'point' | 'fraction' | 'e' | 'exponent-sign' | 'exponent';
  /** Digits of the part that it is in. */
  readonly digits: number;
}

/** So many digits before and after the point, which is what a double holds. */
const MAX_DIGITS = 15;
/** Keeps every number finite. */
const MAX_EXPONENT_DIGITS = 2;

/** The first character of a number. */
export function beginNumber(integer: boolean, byte: number): NumberPart | undefined {
  if (byte === 0x2d) return { integer, at: 'sign', digits: 0 };
  return stepNumber({ integer, at: 'sign', digits: 0 }, byte);
}

/** One byte further; `undefined` when it does not belong to the number. */
export function stepNumber(part: NumberPart, byte: number): NumberPart | undefined {
  const { integer, at, digits } = part;
  const to = (next: NumberPart['at'], count: number): NumberPart => ({ integer, at: next, digits: count });
  const more = (most: number): NumberPart | undefined => (digits < most ? to(at, digits + 1) : undefined);
  const isDigit = byte >= 0x30 && byte <= 0x39;
  const isE = byte === 0x65 || byte === 0x45;
  switch (at) {
    case 'sign':
      if (byte === 0x30) return to('zero', 1);
      return isDigit ? to('whole', 1) : undefined;
    case 'whole':
      if (isDigit) return more(MAX_DIGITS);
      return afterWhole();
    case 'zero':
      return afterWhole();
    case 'point':
      return isDigit ? to('fraction', 1) : undefined;
    case 'fraction':
      if (isDigit) return more(MAX_DIGITS);
      return isE ? to('e', 0) : undefined;
    case 'e':
      if (byte === 0x2b || byte === 0x2d) return to('exponent-sign', 0);
      return isDigit ? to('exponent', 1) : undefined;
    case 'exponent-sign':
      return isDigit ? to('exponent', 1) : undefined;
    case 'exponent':
      return isDigit ? more(MAX_EXPONENT_DIGITS) : undefined;
  }

  function afterWhole(): NumberPart | undefined {
    if (integer) return undefined;
    if (byte === 0x2e) return to('point', 0);
    return isE ? to('e', 0) : undefined;
  }
}

/** Whether it is a number as it stands. */
export function isNumber({ at }: NumberPart): boolean {
  return at === 'zero' || at === 'whole' || at === 'fraction' || at === 'exponent';
}

/** The shortest way to a number. */
export function closeNumber(part: NumberPart): string {
  return isNumber(part) ? '' : '0';
}

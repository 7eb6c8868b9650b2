/** English words of numbers. Pure. */

const ONES =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'.split(
    ' ',
  );
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const SCALES = ['', ' thousand', ' million', ' billion', ' trillion', ' quadrillion'];
/** Longer numbers are read digit by digit. */
const MAX_DIGITS = 18;

const ORDINALS: Readonly<Record<string, string>> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};

/** `digits`: only digits. Leading zeros are read as such. */
export function toCardinal(digits: string): string {
  if (digits.length > MAX_DIGITS || (digits.length > 1 && digits.startsWith('0'))) return toDigits(digits);
  const groups: string[] = [];
  for (let end = digits.length; end > 0; end -= 3) groups.push(digits.slice(Math.max(0, end - 3), end));
  const words = groups.flatMap((group, scale) =>
    Number(group) === 0 ? [] : [below1000(Number(group)) + SCALES[scale]],
  );
  return words.length === 0 ? 'zero' : words.toReversed().join(' ');
}

/** `3.14` → `three point one four`. */
export function toDecimal(whole: string, fraction: string): string {
  return `${whole === '' ? 'zero' : toCardinal(whole)} point ${toDigits(fraction)}`;
}

export function toOrdinal(digits: string): string {
  const words = toCardinal(digits).split(/([ -])/);
  const last = words.pop() ?? '';
  const ending = ORDINALS[last] ?? (last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`);
  return words.join('') + ending;
}

export function toDigits(digits: string): string {
  return Array.from(digits)
    .map((digit) => ONES[Number(digit)])
    .join(' ');
}

/** `1984` → `nineteen eighty-four`, `2005` → `two thousand five`, `1900` → `nineteen hundred`. */
export function toYear(digits: string): string {
  const year = Number(digits);
  const [century, rest] = [Math.floor(year / 100), year % 100];
  if (digits.length !== 4 || century % 10 === 0 || year < 1000) {
    const isPair = century === 20 && rest >= 10;
    return isPair ? `twenty ${below100(rest)}` : toCardinal(String(year));
  }
  if (rest === 0) return `${below100(century)} hundred`;
  return `${below100(century)} ${rest < 10 ? `oh ${ONES[rest]}` : below100(rest)}`;
}

/** `1990` → `nineteen nineties`; `80` → `eighties`. */
export function toDecade(digits: string): string {
  const words = digits.length === 4 ? toYear(digits) : toCardinal(digits);
  return words.endsWith('y') ? `${words.slice(0, -1)}ies` : `${words}s`;
}

function below1000(value: number): string {
  const [hundreds, rest] = [Math.floor(value / 100), value % 100];
  if (hundreds === 0) return below100(rest);
  return `${ONES[hundreds]} hundred${rest === 0 ? '' : ` ${below100(rest)}`}`;
}

function below100(value: number): string {
  if (value < 20) return ONES[value] ?? '';
  const [tens, ones] = [Math.floor(value / 10), value % 10];
  return `${TENS[tens]}${ones === 0 ? '' : `-${ONES[ones]}`}`;
}

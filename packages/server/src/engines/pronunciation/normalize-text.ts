/**
 * Writes everything in an English text that is not a word as words: numbers, dates, times, amounts, units, addresses,
 * abbreviations and symbols. Pure. Invariant: words and the punctuation between them stay as they are.
 */
import { CURRENCIES, DOTTED, MAGNITUDES, MONTHS, SHORT_DAYS, SHORT_MONTHS, SYMBOLS, UNITS } from './abbreviations.ts';
import { spellAddresses } from './addresses.ts';
import { toCardinal, toDecade, toDecimal, toDigits, toOrdinal, toYear } from './numbers.ts';

export type EnglishVariant = 'en-US' | 'en-GB';

export function normalizeText(text: string, variant: EnglishVariant): string {
  const steps = [toPlainCharacters, spellAddresses, expandAbbreviations, expandDates(variant), expandTimes];
  const numbers = [expandAmounts, expandPhoneNumbers, expandNumbers, expandSymbols];
  return [...steps, ...numbers]
    .reduce((words, step) => step(words), text)
    .replaceAll(/[ \t]+/g, ' ')
    .trim();
}

/** Markup, emoji and typographic variants of characters. */
function toPlainCharacters(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[\u2018\u2019\u02bc\u2032]/g, "'")
    .replaceAll(/[\u201c\u201d\u00ab\u00bb\u201e]/g, '"')
    .replaceAll(/[\u2010\u2011]/g, '-')
    .replaceAll(/\s*(?:\u2014|--+)\s*/g, ' — ')
    .replaceAll(/\p{Extended_Pictographic}|\p{Emoji_Modifier}|[\ufe0f\u200d]/gu, ' ')
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replaceAll(/(^|\n)\s*(?:#{1,6}|[-*•>]|\d+[.)])\s+/g, (found, start: string) => (/\d/.test(found) ? found : start))
    .replaceAll(/[*_`~|]{1,3}/g, ' ');
}

function expandAbbreviations(text: string): string {
  return text
    .replaceAll(/\be\.g\.,?/gi, 'for example,')
    .replaceAll(/\bi\.e\.,?/gi, 'that is,')
    .replaceAll(/\b([ap])\.m\.(?=\s+[a-z]|[,;])/gi, '$1m')
    .replaceAll(/\b([ap])\.m\./gi, '$1m.')
    .replaceAll(/(?<=[\w,] [A-Z][a-z]+ )St\./g, 'Street.')
    .replaceAll(/\bSt\.\s(?=[A-Z])/g, 'Saint ')
    .replaceAll(/\bStreet\.(?=\s+[a-z\d]|[,;:])/g, 'Street')
    .replaceAll(/\bNo\.\s?(?=\d)/g, 'number ')
    .replaceAll(/#(?=\d)/g, 'number ')
    .replaceAll(/\b(?:\p{L}\.){2,}(?=(\s*)(\S?))/gu, (found, _space: string, next: string) => {
      return found.replaceAll('.', '') + (next === '' ? '.' : '');
    })
    .replaceAll(/\b([A-Z][a-z]+|[a-z]+)\.(?=(\s*)(\S?))/g, expandDotted)
    .replaceAll(
      /\b(World War|Chapter|Part|Act|Volume|Phase|Henry|Louis|Elizabeth|Charles|George|Edward) ([IVX]+)\b/g,
      toRoman,
    );
}

/** Words such as `min` and `Sun` are words of their own at the end of a sentence. */
const ALSO_WORDS = /^(?:min|max|est|Sun|Sat|Co|Mon|Rep|Gen|Hon|Mar)$/;
/** Titles precede a name, so their dot never ends a sentence. */
const TITLES = /^(?:Mr|Mrs|Ms|Dr|Prof|Rev|Hon|Gen|Col|Capt|Lt|Sgt|Sen|Rep|Gov|Mt|vs)$/;

/** `next`: the first character of the next word. */
function expandDotted(found: string, word: string, _space: string, next: string): string {
  const names = /^[A-Z]/.test(word) ? { ...SHORT_MONTHS, ...SHORT_DAYS, ...DOTTED } : DOTTED;
  const long = Object.hasOwn(names, word) ? names[word] : undefined;
  if (long === undefined) return found;
  const isTitle = TITLES.test(word) && /\p{Lu}/u.test(next);
  if (ALSO_WORDS.test(word) && !isTitle && !/\d/.test(next)) return found;
  const endsSentence = !isTitle && (next === '' || /\p{Lu}/u.test(next));
  return endsSentence ? `${long}.` : long;
}

const ROMAN: Readonly<Record<string, number>> = { I: 1, V: 5, X: 10 };
/** Names of things that are counted; the others are rulers, who have ordinals. */
const COUNTED = /^(World War|Chapter|Part|Act|Volume|Phase)$/;

function toRoman(_found: string, noun: string, digits: string): string {
  const values = Array.from(digits).map((digit) => ROMAN[digit] ?? 0);
  const value = values.reduce((sum, each, i) => sum + (each < (values[i + 1] ?? 0) ? -each : each), 0);
  return `${noun} ${COUNTED.test(noun) ? toCardinal(String(value)) : `the ${toOrdinal(String(value))}`}`;
}

const MONTH = [...MONTHS, ...Object.keys(SHORT_MONTHS)].join('|');
const longMonth = (month: string) => SHORT_MONTHS[month] ?? month;

function expandDates(variant: EnglishVariant): (text: string) => string {
  const toDate = (year: string | undefined, month: number, day: number): string | undefined => {
    const name = MONTHS[month - 1];
    if (name === undefined || day < 1 || day > 31) return undefined;
    return `${name} ${toOrdinal(String(day))}${year === undefined ? '' : `, ${toYear(year)}`}`;
  };
  const fromNumbers = (found: string, first: string, second: string, year: string): string => {
    const isDayFirst = variant === 'en-GB' || Number(first) > 12;
    const [month, day] = isDayFirst ? [second, first] : [first, second];
    return toDate(year.length === 2 ? `20${year}` : year, Number(month), Number(day)) ?? found;
  };
  return (text) =>
    text
      .replaceAll(/\b(\d{4})-(\d{2})-(\d{2})\b/g, (found, year: string, month: string, day: string) => {
        return toDate(year, Number(month), Number(day)) ?? found;
      })
      .replaceAll(/\b(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})\b/g, fromNumbers)
      .replaceAll(/\b(\d{1,2})\.(\d{1,2})\.(\d{4})\b/g, (found, day: string, month: string, year: string) => {
        return toDate(year, Number(month), Number(day)) ?? found;
      })
      .replaceAll(
        new RegExp(`\\b(${MONTH}) (\\d{1,2})(?:st|nd|rd|th)?(,? \\d{4})?\\b(?!:\\d)`, 'g'),
        (_found, month: string, day: string, year = '') =>
          `${longMonth(month)} ${toOrdinal(day)}${year === '' ? '' : `, ${toYear(year.replaceAll(/\D/g, ''))}`}`,
      )
      .replaceAll(
        new RegExp(`\\b(\\d{1,2})(?:st|nd|rd|th)? (${MONTH})\\b(,? \\d{4}\\b)?`, 'g'),
        (_found, day: string, month: string, year = '') =>
          `the ${toOrdinal(day)} of ${longMonth(month)}${year === '' ? '' : `, ${toYear(year.replaceAll(/\D/g, ''))}`}`,
      )
      .replaceAll(/\bthe the /g, 'the ')
      .replaceAll(new RegExp(`\\b(${MONTH}) (\\d{4})\\b`, 'g'), (_found, month: string, year: string) => {
        return `${longMonth(month)} ${toYear(year)}`;
      });
}

function expandTimes(text: string): string {
  const half = (mark: string | undefined) => (mark === undefined ? '' : ` ${mark.toUpperCase()} M`);
  return text
    .replaceAll(
      /\b(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\s?([ap])\.?m\b)?/gi,
      (found, hours: string, minutes: string, seconds?: string, mark?: string) => {
        if (Number(hours) > 24 || Number(minutes) > 59) return found;
        const hour = toCardinal(String(Number(hours)));
        const more = seconds === undefined ? '' : ` and ${toCardinal(String(Number(seconds)))} seconds`;
        if (minutes === '00')
          return `${hour}${mark === undefined && more === '' ? " o'clock" : ''}${more}${half(mark)}`;
        const minute = minutes.startsWith('0') ? `oh ${toCardinal(minutes.slice(1))}` : toCardinal(minutes);
        return `${hour} ${minute}${more}${half(mark)}`;
      },
    )
    .replaceAll(
      /\b(\d{1,2})\s?([ap])m\b/gi,
      (_found, hours: string, mark: string) => `${toCardinal(hours)}${half(mark)}`,
    );
}

const AMOUNT = /([$£€¥₹])\s?(\d[\d,]*)(?:\.(\d+))?(?:\s?(thousand|million|billion|trillion)\b|(k|K|M|m|bn|B|T)\b)?/g;

function expandAmounts(text: string): string {
  return text.replaceAll(
    AMOUNT,
    (found, symbol: string, grouped: string, fraction?: string, magnitude?: string, letter?: string) => {
      const currency = CURRENCIES[symbol];
      if (currency === undefined) return found;
      const tail = /,+$/.exec(grouped)?.[0] ?? '';
      const whole = grouped.replaceAll(',', '');
      const scale = magnitude ?? (letter === undefined ? undefined : MAGNITUDES[letter]);
      const { one, several, part } = currency;
      if (scale !== undefined) {
        return `${fraction === undefined ? toCardinal(whole) : toDecimal(whole, fraction)} ${scale} ${several}${tail}`;
      }
      const units = `${toCardinal(whole)} ${whole === '1' ? one : several}`;
      if (fraction === undefined || Number(fraction) === 0) return units + tail;
      if (part === undefined || fraction.length > 2) return `${toDecimal(whole, fraction)} ${several}${tail}`;
      const parts = Number(fraction.padEnd(2, '0'));
      const cents = `${toCardinal(String(parts))} ${part[parts === 1 ? 0 : 1]}`;
      return (whole === '0' ? cents : `${units} and ${cents}`) + tail;
    },
  );
}

/** `555-0123`, `(212) 555-0123`, `+1 212 555 0123`: digit by digit, with pauses. */
function expandPhoneNumbers(text: string): string {
  const read = (found: string) =>
    found
      .split(/[^\d]+/)
      .filter((digits) => digits !== '')
      .map(toDigits)
      .join(', ');
  return text.replaceAll(/(?:\+\d{1,3}[ -]?)?(?:\(\d{3}\)\s?|\b\d{3}[ .-])\d{3}[ .-]\d{4}\b|\b\d{3}-\d{4}\b/g, read);
}

const UNIT = Object.keys(UNITS)
  .toSorted((a, b) => b.length - a.length)
  .map((unit) => unit.replaceAll(/[/°%]/g, '\\$&'))
  .join('|');
const NUMBER = /\d[\d,]*(?:\.\d+)?|\.\d+/.source;
/** Years are read in pairs of digits unless a unit or another number shows that they are none. */
const YEAR = /^(1[1-9]|20)\d\d$/;

function expandNumbers(text: string): string {
  return text
    .replaceAll(/\b(\d{2}|\d{4})'?s\b/g, (found, digits: string) => (digits.endsWith('0') ? toDecade(digits) : found))
    .replaceAll(/\b(\d[\d,]*)(?:st|nd|rd|th)\b/g, (_found, digits: string) => toOrdinal(digits.replaceAll(',', '')))
    .replaceAll(/(?<![\w/])(\d+) (\d)\/(\d{1,2})\b/g, (_found, whole: string, top: string, bottom: string) => {
      return `${toCardinal(whole)} and ${toFraction(top, bottom)}`;
    })
    .replaceAll(/(?<![\w/])([1-9])\/([2-9]|1\d)\b(?!\/)/g, (_found, top: string, bottom: string) =>
      toFraction(top, bottom),
    )
    .replaceAll(/(\d)\s?[–-]\s?(?=\d)/g, '$1 to ')
    .replaceAll(new RegExp(`(^|[\\s(])[-−](?=${NUMBER})`, 'g'), '$1minus ')
    .replaceAll(
      new RegExp(`(?<![\\w.])(${NUMBER})\\s?(${UNIT})(?![\\w°%])`, 'g'),
      (_found, number: string, unit: string) => `${toNumber(number)} ${UNITS[unit]?.[number === '1' ? 0 : 1]}`,
    )
    .replaceAll(/(\d)(?=[x×]\d)/g, '$1 ')
    .replaceAll(/(?<=\d )x(?=\d)/g, 'by ')
    .replaceAll(/(\p{L})-?(?=\.?\d)/gu, '$1 ')
    .replaceAll(/(\d)-?(?=\p{L})/gu, '$1 ')
    .replaceAll(/\b\d+(?:\.\d+){2,}\b/g, (version) =>
      version
        .split('.')
        .map((part) => toCardinal(part))
        .join(' point '),
    )
    .replaceAll(new RegExp(NUMBER, 'g'), (number) => {
      const tail = /,+$/.exec(number)?.[0] ?? '';
      const digits = number.slice(0, number.length - tail.length);
      return (YEAR.test(digits) ? toYear(digits) : toNumber(digits)) + tail;
    });
}

const HALVES: Readonly<Record<string, string>> = { 2: 'half', 4: 'quarter' };

function toFraction(top: string, bottom: string): string {
  const part = HALVES[bottom] ?? toOrdinal(bottom);
  if (top === '1') return `${part === 'half' ? 'one half' : `one ${part}`}`;
  return `${toCardinal(top)} ${part === 'half' ? 'halves' : `${part}s`}`;
}

function toNumber(number: string): string {
  const [whole = '', fraction] = number.replaceAll(',', '').split('.');
  return fraction === undefined ? toCardinal(whole) : toDecimal(whole, fraction);
}

function expandSymbols(text: string): string {
  return text
    .replaceAll(/(\p{L})\s?\/\s?(?=\p{L})/gu, '$1 or ')
    .replaceAll(/[&+=@%°×÷±≈≤≥<>→©™§]/g, (symbol) => ` ${SYMBOLS[symbol] ?? ''} `)
    .replaceAll(/[\\{}^#$£€¥₹]/g, ' ');
}

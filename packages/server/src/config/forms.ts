/** How a setting's text becomes a value. Each form throws an Error that says what it expected. */

export type Form<T> = (text: string) => T;

export const asText: Form<string> = (text) => text;

export const asList: Form<string[]> = (text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

export const asFlag: Form<boolean> = (text) => {
  if (/^(true|1|yes|on)$/i.test(text)) return true;
  if (/^(false|0|no|off)$/i.test(text)) return false;
  throw new Error('expected true or false');
};

export function asInteger(min: number, max: number): Form<number> {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isInteger(value) && value >= min && value <= max) return value;
    throw new Error(`expected a whole number from ${min} to ${max}`);
  };
}

const MOST_THREADS = 1024;
/** `auto` is 0. */
export const asThreads: Form<number> = (text) => (text === 'auto' ? 0 : asInteger(0, MOST_THREADS)(text));

export function asChoice<const T extends readonly string[]>(choices: T): Form<T[number]> {
  return (text) => {
    if (choices.includes(text)) return text as T[number];
    throw new Error(`expected one of ${choices.join(', ')}`);
  };
}

/** Empty, or what a PostgreSQL client connects to. */
export const asDatabaseUrl: Form<string> = (text) => {
  if (text === '' || /^postgres(ql)?:\/\/\S+$/.test(text)) return text;
  throw new Error('expected postgres://user:password@host:port/database, or nothing');
};

export const asAliases: Form<'well-known' | 'none' | Record<string, string>> = (text) => {
  if (text === 'well-known' || text === 'none') return text;
  const pairs = asList(text).map((pair) => pair.split('=').map((part) => part.trim()));
  if (pairs.length === 0 || pairs.some((pair) => pair.length !== 2 || pair.includes(''))) {
    throw new Error('expected well-known, none, or id=model pairs separated by commas');
  }
  return Object.fromEntries(pairs as [string, string][]);
};

/** The forms of settings. Text and file values follow the same rule, so a value means the same in both. */
import { resolve } from 'node:path';
import { type Form, gather, isRecord, refuse } from './form.ts';

export type { Form };

export const asText: Form<string> = {
  fromText: (text) => text,
  fromValue: (value) => (typeof value === 'string' ? value : refuse('expected a text')),
  schema: { type: 'string' },
};

/** A path, relative to the configuration file that contains it, else to the working directory. */
export const asPath: Form<string> = {
  fromText: (text) => text,
  fromValue: (value, deps) => resolve(deps.directory, asText.fromValue(value, deps)),
  schema: { type: 'string' },
};

function asListOf(form: Form<string>): Form<string[], readonly string[]> {
  return {
    fromText: (text) =>
      text
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    fromValue: (value, deps) =>
      Array.isArray(value)
        ? gather(value.map((item, at) => ({ at, read: () => form.fromValue(item, deps) })))
        : refuse('expected a list of texts'),
    schema: { type: 'array', items: form.schema },
  };
}

export const asList = asListOf(asText);
export const asPaths = asListOf(asPath);

export const asFlag: Form<boolean> = {
  fromText: (text) => {
    if (/^(true|1|yes|on)$/i.test(text)) return true;
    if (/^(false|0|no|off)$/i.test(text)) return false;
    return refuse('expected true or false');
  },
  fromValue: (value) => (typeof value === 'boolean' ? value : refuse('expected true or false')),
  schema: { type: 'boolean' },
};

export function asInteger(min: number, max: number): Form<number> {
  const check = (value: unknown): number =>
    typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max
      ? value
      : refuse(`expected a whole number from ${min} to ${max}`);
  return {
    fromText: (text) => check(text.trim() === '' ? undefined : Number(text)),
    fromValue: check,
    schema: { type: 'integer', minimum: min, maximum: max },
  };
}

const MAX_THREADS = 1024;
const someThreads = asInteger(0, MAX_THREADS);
/** `auto` = 0. */
export const asThreads: Form<number, number | 'auto'> = {
  fromText: (text, deps) => (text === 'auto' ? 0 : someThreads.fromText(text, deps)),
  fromValue: (value, deps) => (value === 'auto' ? 0 : someThreads.fromValue(value, deps)),
  schema: { anyOf: [{ const: 'auto' }, someThreads.schema] },
};

export function asChoice<const T extends readonly string[]>(choices: T): Form<T[number]> {
  const check = (value: unknown): T[number] =>
    typeof value === 'string' && choices.includes(value) ? value : refuse(`expected one of ${choices.join(', ')}`);
  return { fromText: check, fromValue: check, schema: { enum: choices } };
}

const asRecord: Pick<Form<Record<string, string>>, 'fromValue'> = {
  fromValue: (value, deps) => {
    if (!isRecord(value)) return refuse('expected an object of texts');
    const entries = Object.entries(value);
    return Object.fromEntries(
      gather(entries.map(([at, text]) => ({ at, read: () => [at, asText.fromValue(text, deps)] as const }))),
    );
  },
};

/** `name=value` pairs; values are percent-decoded, as OpenTelemetry specifies. */
export const asHeaders: Form<Record<string, string>, Readonly<Record<string, string>>> = {
  fromText: (text, deps) => Object.fromEntries(asList.fromText(text, deps).map(toHeader)),
  fromValue: (value, deps) => asRecord.fromValue(value, deps),
  schema: { type: 'object', additionalProperties: { type: 'string' } },
};

function toHeader(pair: string): [string, string] {
  const [, name, value] = /^\s*([^=\s]+)\s*=(.*)$/.exec(pair) ?? [];
  if (name === undefined || value === undefined) return refuse('expected name=value pairs separated by commas');
  try {
    return [name, decodeURIComponent(value.trim())];
  } catch {
    return refuse(`expected a percent-encoded value of ${name}`);
  }
}

type AliasSettings = 'well-known' | 'none' | Record<string, string>;
type AliasesInFile = 'well-known' | 'none' | Readonly<Record<string, string>>;

function checkDatabaseUrl(text: string): string {
  return text === '' || /^postgres(ql)?:\/\/\S+$/.test(text)
    ? text
    : refuse('expected postgres://user:password@host:port/database, or nothing');
}

/** Empty or a PostgreSQL connection URL. */
export const asDatabaseUrl: Form<string> = {
  fromText: checkDatabaseUrl,
  fromValue: (value, deps) => checkDatabaseUrl(asText.fromValue(value, deps)),
  schema: { type: 'string', pattern: '^$|^postgres(ql)?://' },
};

export const asAliases: Form<AliasSettings, AliasesInFile> = {
  fromText: (text) => {
    if (text === 'well-known' || text === 'none') return text;
    const pairs = text.split(',').map((pair) => pair.split('=').map((part) => part.trim()));
    if (pairs.some((pair) => pair.length !== 2 || pair.includes(''))) {
      refuse('expected well-known, none, or id=model pairs separated by commas');
    }
    return Object.fromEntries(pairs as [string, string][]);
  },
  fromValue: (value, deps) => {
    if (value === 'well-known' || value === 'none') return value;
    return isRecord(value)
      ? asRecord.fromValue(value, deps)
      : refuse("expected 'well-known', 'none', or an object of id: model");
  },
  schema: { anyOf: [{ enum: ['well-known', 'none'] }, { type: 'object', additionalProperties: { type: 'string' } }] },
};

/** Words of a command after those that name the operation: values of the path, flags of fields, general flags. Pure. */
import type { Operation } from '@selfsame/contract/operation';
import { type Field, fieldsOf, findTarget, type Target, toFlag } from './fields.ts';
import { factsOf } from './schema-facts.ts';
import { suggestion, UsageError } from './usage-error.ts';

/** Flags of every command, without their dashes. Values: `switch`, or the name of the value in the help. */
export const GENERAL_FLAGS = {
  'base-url': { value: 'URL', about: 'Base URL of the server. Default: OPENAI_BASE_URL, else the local server.' },
  'api-key': { value: 'KEY', about: 'API key. Default: OPENAI_API_KEY.' },
  'admin-key': { value: 'KEY', about: 'Admin key of the organization. Default: OPENAI_ADMIN_KEY, else the API key.' },
  body: { value: 'JSON', about: 'The whole body: JSON, @PATH or -. Flags of fields replace its fields.' },
  output: { value: 'FORMAT', about: 'json (default), jsonl (one line per item or event) or table.' },
  select: { value: 'PATH', about: 'Print a part: data.0.id, or data.*.id for every item.' },
  save: { value: 'FILE', about: 'Write the response to a file.' },
  all: { value: 'switch', about: 'Print the items of all pages of a list.' },
  help: { value: 'switch', about: 'Print the help of the command.' },
} as const;

export type GeneralFlag = keyof typeof GENERAL_FLAGS;

/** A flag of a field with its words. */
export interface GivenField {
  flag: string;
  target: Target;
  text: string;
  isJson: boolean;
}

export interface ParsedWords {
  params: readonly string[];
  given: readonly GivenField[];
  general: Partial<Record<GeneralFlag, string>>;
}

const isGeneral = (name: string): name is GeneralFlag => Object.hasOwn(GENERAL_FLAGS, name);

/** @throws UsageError for an unknown flag and for a flag without a value. */
export function parseWords(words: readonly string[], operation: Operation): ParsedWords {
  const fields = fieldsOf(operation);
  const params: string[] = [];
  const given: GivenField[] = [];
  const general: Partial<Record<GeneralFlag, string>> = {};
  const queue = [...words];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === '--') params.push(...queue.splice(0));
    else if (word === '-h') general.help = 'true';
    else if (!word.startsWith('--')) params.push(word);
    else {
      const flag = splitFlag(word);
      if (isGeneral(flag.name)) general[flag.name] = takeGeneral(flag, queue);
      else given.push(takeField(flag, queue, fields));
    }
  }
  return { params, given, general };
}

interface Flag {
  /** Without dashes. */
  name: string;
  /** The words after `=`. */
  text: string | undefined;
  isJson: boolean;
}

function splitFlag(word: string): Flag {
  const [, name = '', json, text] = /^--([^=]*?)(:json)?(?:=([\s\S]*))?$/.exec(word) ?? [];
  return { name, text, isJson: json !== undefined };
}

function takeGeneral({ name, text }: Flag, queue: string[]): string {
  if (GENERAL_FLAGS[name as GeneralFlag].value === 'switch') return text ?? 'true';
  return text ?? takeValue(name, queue);
}

/** A value may begin with one dash, like a negative number. */
function takeValue(name: string, queue: string[]): string {
  const value = queue.shift();
  if (value === undefined || value.startsWith('--')) throw new UsageError(`--${name} takes a value.`);
  return value;
}

function takeField({ name, text, isJson }: Flag, queue: string[], fields: readonly Field[]): GivenField {
  const target = findTarget(fields, name);
  if (target === undefined) return takeNegated(name, fields);
  const flag = `--${name}`;
  const { types } = factsOf(target.schema);
  const isSwitch = types.has('boolean') && !types.has('string');
  if (text !== undefined || !isSwitch) return { flag, target, text: text ?? takeValue(name, queue), isJson };
  const isSaid = queue[0] === 'true' || queue[0] === 'false';
  return { flag, target, text: isSaid ? (queue.shift() ?? 'true') : 'true', isJson };
}

/** `--no-stream` is `--stream false`. */
function takeNegated(name: string, fields: readonly Field[]): GivenField {
  const target = name.startsWith('no-') ? findTarget(fields, name.slice('no-'.length)) : undefined;
  if (target !== undefined && factsOf(target.schema).types.has('boolean')) {
    return { flag: `--${name}`, target, text: 'false', isJson: false };
  }
  const names = [...fields.map((field) => toFlag(field.name)), ...Object.keys(GENERAL_FLAGS)];
  throw new UsageError(`unknown flag --${name}.${suggestion(name, names, '--')}`);
}

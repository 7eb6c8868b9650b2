/**
 * Directives of the scripted engine: the last user message may start with one line `@script {…}`; the rest is the text
 * to echo. Invariant: an unknown or ill-typed directive is refused by name, so that a misspelt test cannot pass by
 * accident.
 */
import { errors } from '../../errors/catalogue.ts';

export interface Directives {
  /** Text of the answer. Default: the text after the directive line. */
  text?: string;
  /** A thought before the answer. */
  thought?: string;
  /** Exact number of tokens of the answer, whose text is repeated or cut. */
  tokens?: number;
  /** Pause before each token, in milliseconds. */
  delayMs?: number;
  /** Pause before the start event, in milliseconds: a slow prompt. */
  startDelayMs?: number;
  /** Overrides the number of prompt tokens for overflow and usage. */
  promptTokens?: number;
  /** Prompt tokens to report as cached. */
  cachedTokens?: number;
  /** Throws `engine_failed` after this number of tokens. */
  crashAfter?: number;
  /** Throws `engine_failed` before the start event. */
  failStart?: boolean;
  /**
   * Calls after the text, if the request has tools and does not end with a tool's output. Without parallel calls: the
   * first.
   */
  calls?: readonly ScriptedCall[];
}

export interface ScriptedCall {
  name: string;
  arguments: object;
}

const TYPES: Readonly<Record<keyof Directives, 'string' | 'number' | 'boolean' | 'object'>> = {
  text: 'string',
  thought: 'string',
  tokens: 'number',
  delayMs: 'number',
  startDelayMs: 'number',
  promptTokens: 'number',
  cachedTokens: 'number',
  crashAfter: 'number',
  failStart: 'boolean',
  calls: 'object',
};

const MARK = '@script ';

function refuse(param: string, detail: string): never {
  throw errors.invalidValue(param, `The scripted engine cannot follow its directive: ${detail}`);
}

function parseObject(line: string, param: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line.slice(MARK.length));
  } catch (error) {
    refuse(param, `its JSON does not parse (${String(error)}).`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) refuse(param, 'it must be a JSON object.');
  return value as Record<string, unknown>;
}

function isCalls(value: unknown): value is ScriptedCall[] {
  return (
    Array.isArray(value) && value.every((call) => typeof call?.name === 'string' && typeof call.arguments === 'object')
  );
}

/**
 * Splits a text into directives and the rest, which is answered or embedded. Throws `invalid_value` for an invalid
 * directive; the error names `param`.
 */
export function parseDirectives(message: string, param = 'messages'): { directives: Directives; rest: string } {
  if (!message.startsWith(MARK)) return { directives: {}, rest: message };
  const end = message.indexOf('\n');
  const object = parseObject(end < 0 ? message : message.slice(0, end), param);
  for (const [key, value] of Object.entries(object)) {
    const expected = Object.hasOwn(TYPES, key) ? TYPES[key as keyof Directives] : refuse(param, `it has no '${key}'.`);
    if (typeof value !== expected) refuse(param, `'${key}' must be a ${expected}.`);
    if (expected === 'number' && !(Number.isInteger(value) && Number(value) >= 0)) {
      refuse(param, `'${key}' must be a whole number, 0 or more.`);
    }
  }
  if ('calls' in object && !isCalls(object['calls'])) refuse(param, "'calls' must be a list of {name, arguments}.");
  return { directives: object, rest: end < 0 ? '' : message.slice(end + 1) };
}

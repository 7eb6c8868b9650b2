/**
 * The grammar of an answer that may call functions, in the form of a model family. Names are literals, arguments follow their schemas.
 * Throws ApiError `invalid_json_schema` for parameters that it cannot enforce, before anything is decoded.
 */
import { errors } from '../../../errors/catalogue.ts';
import type { AnswerFormat, ToolChoice, ToolFunction } from '../../language-model.ts';
import type { ToolForm } from '../tool-form.ts';
import { addFormat } from './answer-grammar.ts';
import { addSchema, SchemaFault } from './json-schema-grammar.ts';
import { createRules, literal, type Rules } from './rules.ts';

export interface CallGrammarOptions {
  tools: readonly ToolFunction[];
  choice: ToolChoice;
  parallel: boolean;
  /** What an answer that calls nothing must be. */
  format: AnswerFormat | undefined;
}

/** Most calls of one answer: a model that does not know when to end is ended. */
export const MOST_CALLS = 16;

/** Takes the form last, so that schemas can be checked before it is known. */
export type PrintCallGrammar = (form: ToolForm) => string;

export function toCallGrammar({ tools, choice, parallel, format }: CallGrammarOptions): PrintCallGrammar {
  const rules = createRules();
  const callable = typeof choice === 'string' ? tools : tools.filter((tool) => tool.name === choice.name);
  const call = rules.add('call', callable.map((tool) => addCall(rules, tool)).join(' | '));
  const answer = choice !== 'auto' || format === undefined ? undefined : addFormat(rules, format);
  const most = parallel && typeof choice === 'string' ? MOST_CALLS : 1;
  return (form) => {
    const { open, close, between } = form;
    const more = most === 1 ? '' : `(${literal(close + between + open)} ${call}){0,${most - 1}}`;
    const rest = rules.add('calls', `${call} ${more} ${literal(close)}`);
    const calls = `${literal(open)} ${rest}`;
    if (choice !== 'auto') return rules.print(calls);
    if (answer !== undefined) return rules.print(`${calls} | ${answer}`);
    return rules.print(form.afterText ? textBefore(rules, form, rest) : textOr(rules, form, calls));
  };
}

function addCall(rules: Rules, { name, parameters, param }: ToolFunction): string {
  try {
    const body = addSchema(rules, toArgumentsSchema(parameters));
    return rules.add(`call-${name}`, `${literal(`{"name": ${JSON.stringify(name)}, "arguments": `)} ${body} "}"`);
  } catch (error) {
    if (error instanceof SchemaFault) throw errors.invalidJsonSchema(param, error.path, error.message);
    throw error;
  }
}

/** Arguments are an object; where the schema names no properties, it has none, unless it allows others outright. */
function toArgumentsSchema(parameters: unknown): unknown {
  if (parameters === undefined) return { type: 'object', properties: {}, additionalProperties: false };
  const schema = resolve(parameters);
  if (schema?.['type'] !== 'object') {
    if (schema === undefined || Object.keys(schema).length > 0)
      throw new SchemaFault('/type', "the parameters of a function must be of type 'object'");
    return { type: 'object' };
  }
  const { properties, additionalProperties } = schema;
  const none = properties !== undefined && Object.keys(properties as object).length === 0;
  return none && additionalProperties === undefined ? { ...schema, additionalProperties: false } : parameters;
}

const MOST_STEPS = 10;

/** The schema that a `$ref` at the root leads to. */
function resolve(parameters: unknown): Record<string, unknown> | undefined {
  let at: unknown = parameters;
  for (let step = 0; step < MOST_STEPS; step += 1) {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) return undefined;
    const reference = (at as Record<string, unknown>)['$ref'];
    if (typeof reference !== 'string' || !reference.startsWith('#/')) return at as Record<string, unknown>;
    at = reference
      .slice(2)
      .split('/')
      .reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], parameters);
  }
  return undefined;
}

/** Text up to the marker, which opens the calls; one rule per character of the marker that has been written. */
function textBefore(rules: Rules, { marker, open }: ToolForm, rest: string): string {
  const states = Array.from(marker, () => rules.reserve('text'));
  const state = (index: number) => states[index] ?? '""';
  const begin = marker.charAt(0);
  for (const [index, character] of Array.from(marker).entries()) {
    const next = index === marker.length - 1 ? `${literal(open.slice(marker.length))} ${rest}` : state(index + 1);
    const on = `${literal(character)} ${next}`;
    const again = index === 0 ? '' : ` | ${literal(begin)} ${state(1)}`;
    rules.define(state(index), `${on}${again} | ${noneOf(index === 0 ? begin : begin + character)} ${state(0)} | ""`);
  }
  return state(0);
}

/** Calls, or text that does not begin like one. */
function textOr(rules: Rules, { marker }: ToolForm, calls: string): string {
  const blank = rules.add('blank', '[ \\t\\r\\n]*');
  const text = rules.add('text', `(${noneOf(`${marker} \t\r\n`)} [^\\x00]*)?`);
  return `${blank} (${calls} | ${text})`;
}

function noneOf(characters: string): string {
  const codes = Array.from(characters, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `[^${codes.join('')}]`;
}

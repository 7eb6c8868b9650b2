/**
 * The grammar of an answer that may call functions, in the form of a model family. Names are literals; arguments follow
 * their schemas.
 */
import type { AnswerFormat, ToolChoice, ToolFunction } from '../../language-model.ts';
import { CALL_ID, type ToolForm } from '../tool-form.ts';
import { schemasOf, toFormatBody } from './answer-grammar.ts';
import { noneOf, toPlainAnswer } from './plain-call-grammar.ts';
import { createRules, literal, type Rules } from './rules.ts';
import type { AskedSchema, Convert } from './schema-converter.ts';

export interface CallGrammarOptions {
  tools: readonly ToolFunction[];
  choice: ToolChoice;
  parallel: boolean;
  /** The format of an answer without calls. */
  format: AnswerFormat | undefined;
}

/** Maximum calls in one answer, because some models never stop calling. */
export const MAX_CALLS = 16;

export interface PrintOptions {
  /** Whether an answer may also start with a call as plain JSON. */
  plain?: boolean;
}

/** Takes the form later, so that schemas can be checked before the form is known. */
export type PrintCallGrammar = (form: ToolForm, options?: PrintOptions) => string;

/** Throws what `convert` throws. */
export async function toCallGrammar(
  { tools, choice, parallel, format }: CallGrammarOptions,
  convert: Convert,
): Promise<PrintCallGrammar> {
  const callable = typeof choice === 'string' ? tools : tools.filter((tool) => tool.name === choice.name);
  const otherwise = choice === 'auto' ? format : undefined;
  const converted = await convert([...callable.map(toAsked), ...schemasOf(otherwise)]);
  const bodies = callable.map(({ name }, index) => ({ name, body: converted.roots[index] ?? '' }));
  return (form, { plain = false } = {}) => {
    const rules = createRules(converted.rules);
    const answer = otherwise && toFormatBody(rules, otherwise, converted.roots.slice(callable.length));
    const { open, close, between } = form;
    const maxCalls = parallel && typeof choice === 'string' && form.single !== true ? MAX_CALLS : 1;
    const [call, rest] = [rules.reserve('call'), rules.reserve('calls')];
    rules.define(call, bodies.map(({ name, body }) => toCall(form, name, body)).join(' | '));
    const more = maxCalls === 1 ? '' : `(${toBody(between)} ${call}){0,${maxCalls - 1}}`;
    rules.define(rest, `${more} ${toBody(close)} ""`);
    const calls = `${toBody(open)} ${call} ${rest}`;
    if (choice !== 'auto') return rules.print(calls);
    if (answer !== undefined) return rules.print(`${calls} | ${answer}`);
    if (!form.afterText) return rules.print(textOr(rules, form, calls));
    // The first call starts with the marker.
    const firstCall = rules.add('begun', bodies.map(({ name, body }) => toFirstCall(form, name, body)).join(' | '));
    const text = textBefore(rules, form, `${firstCall} ${rest}`);
    const markerStart = form.marker.charAt(0);
    return rules.print(plain ? toPlainAnswer(rules, { bodies, maxCalls, markerStart, text }) : text(0));
  };
}

function toCall({ before, middle, after }: ToolForm, name: string, body: string): string {
  return `${toBody(before + name + middle)} ${body} ${toBody(after)}`;
}

/** The first call, without the marker. */
function toFirstCall({ marker, open, before, middle, after }: ToolForm, name: string, body: string): string {
  return `${toBody((open + before).slice(marker.length) + name + middle)} ${body} ${toBody(after)}`;
}

/** Converts a part of a form to GBNF. */
function toBody(part: string): string {
  return part
    .split(CALL_ID)
    .map((text) => (text === '' ? '' : literal(text)))
    .join(' [A-Za-z0-9]{9} ');
}

/** A function without a schema accepts no arguments. */
function toAsked({ parameters, param, strict = false }: ToolFunction): AskedSchema {
  const schema = parameters ?? { type: 'object', properties: {}, additionalProperties: false };
  return { schema, param, strict, isArguments: true };
}

/**
 * Text up to the marker, followed by `rest`. There is one rule for each number of characters of the marker that have
 * been generated.
 */
function textBefore(rules: Rules, { marker }: ToolForm, rest: string): (written: number) => string {
  const characters = Array.from(marker);
  const states = characters.map(() => rules.reserve('text'));
  const state = (index: number) => states[index] ?? '""';
  // The first character of a marker occurs once in it, so a mismatch restarts at the first or second state.
  const first = characters[0] ?? '';
  for (const [index, character] of characters.entries()) {
    const next = index === characters.length - 1 ? rest : state(index + 1);
    const on = `${literal(character)} ${next}`;
    const again = index === 0 ? '' : ` | ${literal(first)} ${state(1)}`;
    rules.define(state(index), `${on}${again} | ${noneOf(index === 0 ? first : first + character)} ${state(0)} | ""`);
  }
  return state;
}

/** Calls, or text that does not start like a call. */
function textOr(rules: Rules, { marker }: ToolForm, calls: string): string {
  const blank = rules.add('blank', '[ \\t\\r\\n]*');
  const text = rules.add('text', `(${noneOf(`${marker} \t\r\n`)} [^\\x00]*)?`);
  return `${blank} (${calls} | ${text})`;
}

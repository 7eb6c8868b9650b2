/**
 * What an upstream promised, checked once its answer is whole: a format, a call that was required, arguments that fit their schema. An
 * upstream that does not keep to it gives an error instead of an end, so that nobody takes the answer for what was asked.
 */
import { parseBoundedJson } from '../../lib/bounded-json.ts';
import type { ConversationRequest, GenerateEvent, ToolFunction } from '../language-model.ts';
import { findMisfit } from './schema-fit.ts';

type TokenEvent = Extract<GenerateEvent, { type: 'token' }>;

export interface AnswerCheck {
  add(token: TokenEvent): void;
  /** What is wrong with the whole answer; undefined = nothing. */
  fault(): string | undefined;
}

interface Called {
  name: string;
  arguments: string;
}

/** Undefined where nothing was promised, so that nothing need be kept. */
export function createAnswerCheck({
  format,
  tools,
  toolChoice = 'auto',
}: ConversationRequest): AnswerCheck | undefined {
  if (format === undefined && tools === undefined) return undefined;
  let text = '';
  const calls = new Map<number, Called>();
  return {
    add(token) {
      if (format !== undefined) text += token.text;
      for (const { index, name = '', arguments: piece } of token.calls ?? []) {
        const call = calls.get(index) ?? { name, arguments: '' };
        call.arguments += piece;
        calls.set(index, call);
      }
    },
    fault() {
      if (calls.size === 0 && toolChoice !== 'auto') return 'it made no call although one was required.';
      const allowed =
        typeof toolChoice === 'string' ? (tools ?? []) : (tools ?? []).filter(({ name }) => name === toolChoice.name);
      for (const call of calls.values()) {
        const fault = faultOfCall(call, allowed);
        if (fault !== undefined) return fault;
      }
      return calls.size > 0 || format === undefined ? undefined : faultOfText(text, format);
    },
  };
}

function faultOfCall(call: Called, allowed: readonly ToolFunction[]): string | undefined {
  const tool = allowed.find(({ name }) => name === call.name);
  if (tool === undefined) return `it called '${call.name}', which it may not.`;
  if (tool.parameters === undefined && call.arguments.trim() === '') return undefined;
  const value = parse(call.arguments);
  if (value === undefined) return `the arguments of its call of '${call.name}' are not JSON.`;
  const path = findMisfit(value.json, tool.parameters);
  return path === undefined
    ? undefined
    : `the arguments of its call of '${call.name}' do not fit the schema at '${path}'.`;
}

function faultOfText(text: string, format: NonNullable<ConversationRequest['format']>): string | undefined {
  const value = parse(text);
  if (value === undefined) return 'its answer is not the JSON that was asked for.';
  const schema = format.type === 'json_object' ? { type: 'object' } : format.schema;
  const path = findMisfit(value.json, schema);
  return path === undefined ? undefined : `its answer does not fit the schema at '${path}'.`;
}

function parse(text: string): { json: unknown } | undefined {
  try {
    return { json: parseBoundedJson(text) };
  } catch {
    return undefined;
  }
}

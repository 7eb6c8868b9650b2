/**
 * Checks a complete answer of an upstream against the request: its format, a required call, arguments that fit their
 * schema. An answer that violates them ends with an error instead of a `finish` event, so that no client takes it for
 * valid.
 */
import { parseBoundedJson } from '../../lib/bounded-json.ts';
import type { ConversationRequest, GenerateEvent, ToolFunction } from '../language-model.ts';
import { findMisfit } from './schema-fit.ts';

type TokenEvent = Extract<GenerateEvent, { type: 'token' }>;

export interface AnswerCheck {
  add(token: TokenEvent): void;
  /** Returns why the complete answer is invalid; undefined = it is valid. */
  failure(): string | undefined;
}

interface Called {
  name: string;
  arguments: string;
}

/** Undefined if the request has neither a format nor tools: the answer then needs no buffer. */
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
    failure() {
      if (calls.size === 0 && toolChoice !== 'auto') return 'it made no call although one was required.';
      const allowed =
        typeof toolChoice === 'string' ? (tools ?? []) : (tools ?? []).filter(({ name }) => name === toolChoice.name);
      for (const call of calls.values()) {
        const failure = findCallFailure(call, allowed);
        if (failure !== undefined) return failure;
      }
      return calls.size > 0 || format === undefined ? undefined : findTextFailure(text, format);
    },
  };
}

function findCallFailure(call: Called, allowed: readonly ToolFunction[]): string | undefined {
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

function findTextFailure(text: string, format: NonNullable<ConversationRequest['format']>): string | undefined {
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

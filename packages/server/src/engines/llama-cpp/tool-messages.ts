/**
 * Converts functions, calls and results to text, for chat templates without tool support. Pure.
 * Invariants: nothing is omitted; tool results become user messages and are joined with the next user message, because
 * many templates require alternating roles and a single system message.
 */

import { defined } from '../../lib/defined.ts';
import type { ToolChoice, ToolFunction } from '../language-model.ts';
import type { TextMessage } from '../message-content.ts';
import { CALL_ID, TOOL_FORMS, type ToolForm } from './tool-form.ts';

export interface ToolUse {
  tools: readonly ToolFunction[];
  choice: ToolChoice;
}

/** The role of the message with functions and schemas: some templates accept no system message. */
export type InstructionRole = 'system' | 'user';

export function toPlainMessages(
  messages: readonly TextMessage[],
  use: ToolUse | undefined,
  {
    instructionRole = 'system',
    form = TOOL_FORMS.generic,
  }: { instructionRole?: InstructionRole; form?: ToolForm } = {},
): TextMessage[] {
  const names = new Map<string, string>();
  const plain: TextMessage[] = [];
  let afterResult = false;
  for (const message of messages) {
    for (const { id, name } of message.toolCalls ?? []) names.set(id, name);
    const { role } = message;
    const isResult = role === 'tool' || role === 'function';
    const content = isResult ? toResult(message, names) : toContent(message, form);
    const last = plain.at(-1);
    if (last !== undefined && afterResult && (isResult || role === 'user')) {
      plain[plain.length - 1] = { ...last, content: `${last.content}\n${content}` };
    } else {
      plain.push(isResult ? { role: 'user', content } : { role, content, ...defined({ name: message.name }) });
    }
    afterResult = isResult;
  }
  return use === undefined ? plain : withInstructions(plain, { content: toInstructions(use, form), instructionRole });
}

function toResult({ content, name, toolCallId = '' }: TextMessage, names: ReadonlyMap<string, string>): string {
  return `Result of ${names.get(toolCallId) ?? name ?? 'the function'}: ${content}`;
}

function toContent({ content, toolCalls = [] }: TextMessage, form: ToolForm): string {
  if (toolCalls.length === 0) return content;
  const calls = toolCalls.map((call) => toCall(form, call.name, call.arguments)).join(form.between);
  return `${content === '' ? '' : `${content}\n`}${form.open}${calls}${form.close}`;
}

function toCall({ before, middle, after }: ToolForm, name: string, text: string): string {
  return `${before}${name}${middle}${text}${after}`.replaceAll(CALL_ID, SOME_ID);
}

const SOME_ID = 'a1b2c3d4e';

function toInstructions({ tools, choice }: ToolUse, form: ToolForm): string {
  const lines = tools.map(({ name, description, parameters }) =>
    JSON.stringify({ name, description, parameters: parameters ?? {} }),
  );
  const what = form === TOOL_FORMS.generic ? 'one line of JSON and nothing else: ' : '';
  const how = `To call one, write ${what}${form.open}${toCall(form, '…', '{…}')}${form.close}`;
  return ['You can call these functions:', ...lines, how, toDemand(choice)].join('\n');
}

/** Adds the schema of the answer to the messages, for templates that do not render it. */
export function withSchema(
  messages: readonly TextMessage[],
  { schema, instructionRole }: { schema: unknown; instructionRole: InstructionRole },
): TextMessage[] {
  return withInstructions(messages, {
    content: `Answer with JSON matching: ${JSON.stringify(schema)}`,
    instructionRole,
  });
}

function toDemand(choice: ToolChoice): string {
  if (choice === 'auto') return 'When no function helps, answer in words.';
  return choice === 'required' ? 'Answer with a call.' : `Answer with a call of ${choice.name}.`;
}

function withInstructions(
  messages: readonly TextMessage[],
  { content, instructionRole }: { content: string; instructionRole: InstructionRole },
): TextMessage[] {
  const [first, ...rest] = messages;
  if (first?.role === 'system' || first?.role === 'developer')
    return [{ ...first, content: `${first.content}\n\n${content}` }, ...rest];
  if (instructionRole === 'user' && first?.role === 'user')
    return [{ ...first, content: `${content}\n\n${first.content}` }, ...rest];
  return [{ role: instructionRole, content }, ...messages];
}

/**
 * Functions, calls and results put into words, for chat templates that do not know them. Pure.
 * Invariants: nothing is left out; what a function returned is the user's turn, joined with what the user says next, because many
 * templates want turns to alternate and one system message.
 */
import type { ToolChoice, ToolFunction } from '../language-model.ts';
import type { TextMessage } from '../message-content.ts';
import { CALL_ID, TOOL_FORMS, type ToolForm } from './tool-form.ts';

export interface ToolUse {
  tools: readonly ToolFunction[];
  choice: ToolChoice;
}

/** Who tells the model about functions and schemas: some templates take no system message. */
export type Teller = 'system' | 'user';

export function toPlainMessages(
  messages: readonly TextMessage[],
  use: ToolUse | undefined,
  { teller = 'system', form = TOOL_FORMS.generic }: { teller?: Teller; form?: ToolForm } = {},
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
      plain.push(
        isResult
          ? { role: 'user', content }
          : { role, content, ...(message.name === undefined ? {} : { name: message.name }) },
      );
    }
    afterResult = isResult;
  }
  return use === undefined ? plain : withInstructions(plain, { content: toInstructions(use, form), teller });
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

/** The messages, and the schema that the answer must fit, for templates that have no place for it. */
export function withSchema(
  messages: readonly TextMessage[],
  { schema, teller }: { schema: unknown; teller: Teller },
): TextMessage[] {
  return withInstructions(messages, { content: `Answer with JSON matching: ${JSON.stringify(schema)}`, teller });
}

function toDemand(choice: ToolChoice): string {
  if (choice === 'auto') return 'When no function helps, answer in words.';
  return choice === 'required' ? 'Answer with a call.' : `Answer with a call of ${choice.name}.`;
}

function withInstructions(
  messages: readonly TextMessage[],
  { content, teller }: { content: string; teller: Teller },
): TextMessage[] {
  const [first, ...rest] = messages;
  if (first?.role === 'system' || first?.role === 'developer')
    return [{ ...first, content: `${first.content}\n\n${content}` }, ...rest];
  if (teller === 'user' && first?.role === 'user')
    return [{ ...first, content: `${content}\n\n${first.content}` }, ...rest];
  return [{ role: teller, content }, ...messages];
}

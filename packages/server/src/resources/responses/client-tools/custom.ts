/** Custom tools of the request: their input is a text. */
import { toArguments, toInput } from '../../../generation/request/custom-calls.ts';
import type { CallForm } from '../call-form.ts';
import { type ClientTool, toCallId, toJoinedText, withStatus } from './client-tool.ts';

const FORM: CallForm = {
  prefix: 'ctc_',
  toItem: ({ id, name, arguments: text }, status) => ({
    type: 'custom_tool_call',
    status,
    call_id: id,
    name,
    input: toInput(text),
  }),
  onStart: [],
  onArguments({ arguments: text }, added) {
    const before = toInput(text.slice(0, text.length - added.length));
    const delta = toInput(text).slice(before.length);
    return delta === '' ? undefined : { type: 'response.custom_tool_call_input.delta', delta };
  },
  onRun: () => [],
  onEnd: ({ arguments: text }) => [{ type: 'response.custom_tool_call_input.done', input: toInput(text) }],
};

interface CustomFormat {
  type: string;
  syntax?: 'lark' | 'regex';
  definition?: string;
}

export const CUSTOM: ClientTool = {
  types: ['custom'],
  callType: 'custom_tool_call',
  outputType: 'custom_tool_call_output',
  outputPrefix: 'ctco_',
  form: FORM,
  toRequested({ name, description, format }) {
    const { syntax, definition } = (format ?? {}) as CustomFormat;
    const grammar = syntax === undefined || definition === undefined ? undefined : { syntax, definition };
    const text = typeof description === 'string' ? description : undefined;
    return { type: 'custom', name: String(name), description: text, grammar };
  },
  toCall: ({ name, input }) => ({ name: String(name), arguments: toArguments(String(input)) }),
  toStoredOutput: withStatus,
  toCallId,
  toOutputText: toJoinedText,
};

/** Functions of the request. */
import type { CallForm } from '../call-form.ts';
import { type ClientTool, toCallId, toJoinedText, withStatus } from './client-tool.ts';

const FORM: CallForm = {
  prefix: 'fc_',
  toItem: ({ id, name, arguments: text }, status) => ({
    type: 'function_call',
    status,
    call_id: id,
    name,
    arguments: text,
  }),
  onStart: [],
  onArguments: (_call, delta) => ({ type: 'response.function_call_arguments.delta', delta }),
  onRun: () => [],
  onEnd: ({ name, arguments: text }) => [{ type: 'response.function_call_arguments.done', name, arguments: text }],
};

export const FUNCTION: ClientTool = {
  types: ['function'],
  callType: 'function_call',
  outputType: 'function_call_output',
  outputPrefix: 'fco_',
  form: FORM,
  toRequested({ name, description, parameters, strict }) {
    return {
      type: 'function',
      name: String(name),
      description: typeof description === 'string' ? description : undefined,
      parameters: (parameters ?? undefined) as Record<string, unknown> | undefined,
      strict: strict as boolean | null | undefined,
    };
  },
  toCall: ({ name, arguments: text }) => ({ name: String(name), arguments: String(text) }),
  toStoredOutput: withStatus,
  toCallId,
  toOutputText: toJoinedText,
};

/** Calls of the code interpreter as items. Pure. */
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import { readCode, readCodeDelta } from '../../tools/code-interpreter/definition.ts';
import { type CodeDetails, detailsOf } from '../../tools/code-interpreter/details.ts';
import type { CallForm, ItemStatus } from './call-form.ts';

/** Code that raised an exception was executed; its logs have the error. */
function toStatus(call: ModelCall, status: ItemStatus) {
  return status === 'completed' && detailsOf(call).status === 'interrupted' ? 'failed' : status;
}

/** Null until the code has ended. */
function toOutputs({ outputs }: CodeDetails) {
  if (outputs === undefined) return null;
  return outputs.map((output) => (output.type === 'logs' ? output : { type: 'image', url: output.url ?? '' }));
}

export const CODE_INTERPRETER_FORM: CallForm = {
  prefix: 'ci_',
  toItem: (call, status) => ({
    type: 'code_interpreter_call',
    status: toStatus(call, status),
    container_id: detailsOf(call).container_id ?? '',
    code: readCode(call.arguments),
    outputs: toOutputs(detailsOf(call)),
  }),
  onStart: [{ type: 'response.code_interpreter_call.in_progress' }],
  onArguments(call, text) {
    const delta = readCodeDelta(call.arguments, text);
    return delta === '' ? undefined : { type: 'response.code_interpreter_call_code.delta', delta };
  },
  onRun: (call) => [
    { type: 'response.code_interpreter_call_code.done', code: readCode(call.arguments) },
    { type: 'response.code_interpreter_call.interpreting' },
  ],
  onEnd: (call) =>
    toStatus(call, 'completed') === 'failed' ? [] : [{ type: 'response.code_interpreter_call.completed' }],
};

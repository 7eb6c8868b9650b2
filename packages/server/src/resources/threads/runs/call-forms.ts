/** How calls of server tools appear in the steps of a run. Pure. */
import type { ModelCall } from '../../../storage/repositories/model-calls.ts';
import { readCode, readCodeDelta } from '../../../tools/code-interpreter/definition.ts';
import { detailsOf } from '../../../tools/code-interpreter/details.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Properties of a call below the name of its tool. */
export interface StepCallForm {
  /** In the first delta. */
  start: Properties;
  /** In the delta of a piece of the arguments; undefined if they are not published. */
  onArguments(call: ModelCall, text: string): Properties | undefined;
  /** In the last delta of a call that has ended; undefined if there is none. */
  onEnd(call: ModelCall): Properties | undefined;
  /** In the step. @param include the properties that the request asks for. */
  toDetails(call: ModelCall, include: readonly string[]): Properties;
}

/** The query and the results are in the step when it is completed; the content of results only on request. */
const RESULTS_FORM: StepCallForm = {
  start: {},
  onArguments: () => undefined,
  onEnd: () => undefined,
  toDetails({ own }, include) {
    const { results, ...details } = own?.details ?? {};
    if (!Array.isArray(results)) return details;
    const hasContent = include.includes(`step_details.tool_calls[*].${own?.type}.results[*].content`);
    const shown = hasContent ? results : results.map(({ content: _content, ...result }: Properties) => result);
    return { ...details, results: shown };
  },
};

function toOutputs(call: ModelCall) {
  return (detailsOf(call).outputs ?? []).map((output) =>
    output.type === 'logs' ? output : { type: 'image', image: { file_id: output.file_id ?? '' } },
  );
}

const CODE_FORM: StepCallForm = {
  start: { input: '', outputs: [] },
  onArguments(call, text) {
    const input = readCodeDelta(call.arguments, text);
    return input === '' ? undefined : { input };
  },
  onEnd(call) {
    const outputs = toOutputs(call).map((output, index) => ({ index, ...output }));
    return outputs.length === 0 ? undefined : { outputs };
  },
  toDetails(call) {
    const { own } = call;
    // An imported call has the properties of the API.
    if (own !== undefined && 'input' in own.details) return own.details;
    return { input: readCode(call.arguments), outputs: toOutputs(call) };
  },
};

/** By the type of the tool. */
const FORMS: Readonly<Record<string, StepCallForm>> = { code_interpreter: CODE_FORM };

/** The form of a call that has `own`. */
export const formOf = (type: string): StepCallForm => FORMS[type] ?? RESULTS_FORM;

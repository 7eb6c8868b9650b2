/** The server tool `code_interpreter`: executes Python code in the container of a loop. */
import { ApiError } from '../../errors/api-error.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { CodeExecution, ServerTool, ToolContext, ToolDeps } from '../tool.ts';
import { findCitations, listShown, mayEndCitation } from './citations.ts';
import { CODE_INTERPRETER, readCode, toFunction, withoutFences } from './definition.ts';
import { detailsOf, toDetails } from './details.ts';

export type CodeInterpreterDeps = Pick<ToolDeps, 'interpreters'>;

/** Characters that the model reads of an output, per token of its context: about a quarter of the context. */
const CHARS_PER_CONTEXT_TOKEN = 0.75;
/** Of a text that is cut, this part is its beginning; errors are at the end. */
const HEAD_SHARE = 1 / 4;
const NO_CODE = 'Error: the arguments have no code. Call the function with {"code": "…"}.';
const NO_OUTPUT = '(no output; print what you need to read)';
const NEW_INTERPRETER = '[The interpreter was started again: variables of earlier code are gone, files are kept.]';
const INTERRUPTED =
  'Error: the server was stopped while the code ran. It was not run again. Variables are lost; files that it wrote ' +
  'may be missing.';

export function createCodeInterpreter({ interpreters }: CodeInterpreterDeps): ServerTool {
  return {
    type: CODE_INTERPRETER,
    probe: () => interpreters.probe(),
    unavailable: () => interpreters.unavailable,
    functions: (settings) => [toFunction(settings)],
    run: runCode,
    interrupt: (call) => end(call, { status: 'interrupted', outputs: [], files: [], isNew: true }, INTERRUPTED),
    mayEndCitation,
    findCitations,
    listShown,
  };
}

function end(call: ModelCall, execution: CodeExecution, output: string): ModelCall {
  const details = toDetails(detailsOf(call).container_id ?? '', execution);
  return { ...call, output, own: { type: CODE_INTERPRETER, details: { ...details } } };
}

async function runCode(call: ModelCall, { container, contextTokens, signal }: ToolContext): Promise<ModelCall> {
  if (container === undefined) throw new Error('Code is executed in the container of a loop.');
  const code = withoutFences(readCode(call.arguments));
  const placed = { ...call, own: { type: CODE_INTERPRETER, details: { container_id: container.id } } };
  const failed = (text: string) =>
    end(placed, { status: 'failed', outputs: [{ type: 'logs', text }], files: [], isNew: false }, text);
  if (code.trim() === '') return failed(NO_CODE);
  try {
    const execution = await container.execute(code, signal);
    return end(placed, execution, toOutput(execution, contextTokens * CHARS_PER_CONTEXT_TOKEN));
  } catch (error) {
    // The model reads why, e.g. that the container has expired.
    if (error instanceof ApiError && error.status < 500) return failed(`Error: ${error.message}`);
    throw error;
  }
}

/** What the model reads of an execution. */
function toOutput({ outputs, files, status, isNew }: CodeExecution, maxChars: number): string {
  const shown = outputs.map((output) => (output.type === 'logs' ? output.text : '[A plot was shown to the user.]\n'));
  const text = shown.join('').trim();
  const lostState = isNew && status === 'failed' && text.includes('NameError') ? NEW_INTERPRETER : '';
  const written = files.length === 0 ? '' : `Files written: ${files.map(({ path }) => path).join(', ')}`;
  const parts = [cut(text === '' && written === '' ? NO_OUTPUT : text, maxChars), lostState, written];
  return parts.filter((part) => part !== '').join('\n');
}

function cut(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const head = Math.floor(maxChars * HEAD_SHARE);
  const left = text.length - Math.floor(maxChars);
  return `${text.slice(0, head)}\n[${left} characters are left out]\n${text.slice(head - Math.floor(maxChars))}`;
}

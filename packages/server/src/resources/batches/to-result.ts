/** A result as a line of the output or the error file. Pure. */
import { type ApiError, toErrorBody } from '../../errors/api-error.ts';
import { toJson } from '../../lib/json.ts';
import type { BatchUsage, FinishedLine, LineOutcome, LineResult } from '../../storage/repositories/batches.ts';

const SUCCESS_STATUS = 200;

interface Answered {
  /** `batch_req_…` */
  id: string;
  requestId: string;
  line: { number: number; customId: string };
}

function toLine({ id, requestId, line }: Answered, status: number, body: unknown): string {
  const response = { status_code: status, request_id: requestId, body };
  return toJson({ id, custom_id: line.customId, response, error: null });
}

type Counts = Readonly<Record<string, unknown>>;

const countOf = (counts: unknown, ...names: string[]): number => {
  const found = names.map((name) => (counts as Counts | null | undefined)?.[name]).find((n) => typeof n === 'number');
  return typeof found === 'number' ? found : 0;
};

/** Token counts of a response, under the names of any endpoint. */
function toUsage(usage: Counts): BatchUsage {
  const input = usage['prompt_tokens_details'] ?? usage['input_tokens_details'];
  const output = usage['completion_tokens_details'] ?? usage['output_tokens_details'];
  return {
    inputTokens: countOf(usage, 'prompt_tokens', 'input_tokens'),
    cachedTokens: countOf(input, 'cached_tokens'),
    outputTokens: countOf(usage, 'completion_tokens', 'output_tokens'),
    reasoningTokens: countOf(output, 'reasoning_tokens'),
  };
}

export function toCompleted(answered: Answered, body: unknown): LineResult {
  const { usage, model } = body as { usage?: Counts | null; model?: unknown };
  return {
    number: answered.line.number,
    outcome: 'completed',
    result: toLine(answered, SUCCESS_STATUS, body),
    usage: usage === undefined || usage === null ? null : toUsage(usage),
    model: typeof model === 'string' ? model : null,
  };
}

export function toFailed(answered: Answered, error: ApiError): LineResult {
  const result = toLine(answered, error.status, toErrorBody(error));
  return { number: answered.line.number, outcome: 'failed', result, usage: null, model: null };
}

const REASONS: Readonly<Record<Exclude<LineOutcome, 'completed' | 'failed'>, string>> = {
  batch_expired: 'This request could not be answered before the completion window expired.',
  batch_cancelled: 'This request was not answered, because the batch was cancelled.',
  input_file_missing: 'This request could not be read: the input file was deleted, or has expired.',
  batch_failed: 'This request was not answered, because the batch failed.',
};

/** A line of the file; `newId` creates an id for unanswered requests. */
export function toFileLine({ customId, outcome, result }: FinishedLine, newId: () => string): string {
  if (result !== null || outcome === 'completed' || outcome === 'failed') return result ?? '';
  const error = { code: outcome, message: REASONS[outcome] };
  return toJson({ id: newId(), custom_id: customId, response: null, error });
}

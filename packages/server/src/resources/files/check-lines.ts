/**
 * Checks the lines of a JSONL file against its purpose, so that mistakes are reported at the upload and not hours
 * later. Keeps one line in memory at a time. Lines for batches are not read here: the batch checks them and reports all
 * invalid ones.
 */
import { JSON_CEILINGS } from '@selfsame/contract/ceilings';
import { errors } from '../../errors/catalogue.ts';
import { MAX_JSON_DEPTH, parseBoundedJson } from '../../lib/bounded-json.ts';
import { JsonScanner } from '../../lib/json-scanner.ts';
import { LineTooLongError, readLines } from '../../lib/lines.ts';

const MEBIBYTE = 1024 * 1024;
const MAX_LINE_BYTES = 32 * MEBIBYTE;
const MAX_BATCH_BYTES = 200 * MEBIBYTE;

interface Rule {
  /** Throws an Error with the reason for an invalid line. Absent: lines are not read. */
  check?: (line: Record<string, unknown>) => void;
  maxBytes?: number;
}

const RULES: Readonly<Record<string, Rule>> = {
  batch: { maxBytes: MAX_BATCH_BYTES },
  'fine-tune': { check: checkExample },
  evals: { check: checkItem },
};

export interface UploadedLines {
  filename: string;
  bytes: number;
  purpose: string;
}

/** @throws ApiError `invalid_file` with the number of the line. */
export async function checkLines(
  { filename, bytes, purpose }: UploadedLines,
  open: () => AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const rule = RULES[purpose];
  if (rule === undefined) return;
  if (!filename.toLowerCase().endsWith('.jsonl')) {
    throw errors.invalidFile(
      `A file for '${purpose}' must be JSON Lines and end in .jsonl; this one is '${filename}'.`,
    );
  }
  if (rule.maxBytes !== undefined && bytes > rule.maxBytes) {
    throw errors.invalidFile(`A file for '${purpose}' may have ${rule.maxBytes} bytes; this one has ${bytes}.`);
  }
  const { check } = rule;
  if (check === undefined) return;
  let hasLines = false;
  try {
    for await (const { number, bytes: line } of readLines(open(), MAX_LINE_BYTES)) {
      signal.throwIfAborted();
      if (line.every(isSpace)) continue;
      hasLines = true;
      checkLine(line, number, check);
    }
  } catch (error) {
    if (error instanceof LineTooLongError) throw errors.invalidFile(error.message);
    throw error;
  }
  if (!hasLines) throw errors.invalidFile('The file has no lines.');
}

function isSpace(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13;
}

function checkLine(bytes: Buffer, number: number, check: NonNullable<Rule['check']>): void {
  try {
    check(toObject(bytes));
  } catch (error) {
    throw errors.invalidFile(`Line ${number}: ${(error as Error).message}`);
  }
}

/** Parses a line as a JSON object. Throws an Error with the reason for any other line. */
export function toObject(bytes: Buffer): Record<string, unknown> {
  const exceeded = new JsonScanner({ ...JSON_CEILINGS, depth: MAX_JSON_DEPTH }).scan(bytes);
  // For `depth`, the parser below reports the position.
  if (exceeded !== undefined && exceeded !== 'depth') {
    throw new Error(`it exceeds the limit of ${JSON_CEILINGS[exceeded]} for ${exceeded}.`);
  }
  const value = parseBoundedJson(decode(bytes));
  if (!isObject(value)) throw new Error('expected a JSON object.');
  return value;
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Error('it is not valid UTF-8.');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ROLES = ['system', 'developer', 'user', 'assistant', 'tool', 'function'];

/**
 * Checks a training example: a conversation, a prompt with its completion, or a preferred and a non-preferred answer.
 */
function checkExample(line: Record<string, unknown>): void {
  if ('messages' in line) {
    checkMessages(line['messages'], 'messages');
    if (!(line['messages'] as { role: string }[]).some(({ role }) => role === 'assistant')) {
      throw new Error("'messages' has no message of the assistant to learn from.");
    }
  } else if ('prompt' in line || 'completion' in line) {
    for (const name of ['prompt', 'completion']) {
      if (typeof line[name] !== 'string') throw new Error(`'${name}' must be a string.`);
    }
  } else if ('input' in line || 'preferred_output' in line) {
    const { input } = line;
    if (!isObject(input)) throw new Error("'input' must be an object with 'messages'.");
    checkMessages(input['messages'], 'input.messages');
    checkMessages(line['preferred_output'], 'preferred_output');
    checkMessages(line['non_preferred_output'], 'non_preferred_output');
  } else {
    throw new Error(
      "expected 'messages', or 'prompt' and 'completion', or 'input' with 'preferred_output' and 'non_preferred_output'.",
    );
  }
}

function checkMessages(value: unknown, name: string): void {
  if (!Array.isArray(value) || value.length === 0) throw new Error(`'${name}' must be an array of messages.`);
  for (const [index, message] of value.entries()) {
    if (!isObject(message)) throw new Error(`'${name}[${index}]' must be an object.`);
    if (!ROLES.includes(message['role'] as string)) {
      throw new Error(`'${name}[${index}].role' must be one of ${ROLES.join(', ')}.`);
    }
    const { content } = message;
    const hasCalls = 'tool_calls' in message || 'function_call' in message;
    if (typeof content !== 'string' && !Array.isArray(content) && !hasCalls) {
      throw new Error(`'${name}[${index}].content' must be a string or an array of parts.`);
    }
  }
}

function checkItem(line: Record<string, unknown>): void {
  if (!isObject(line['item'])) throw new Error("expected an object 'item'.");
}

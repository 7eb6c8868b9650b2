/**
 * Reads a JSON body: counts it against the ceilings of the contract while it arrives, then parses it. Invariant: no
 * body under its byte limit blocks the event loop for longer than a few tens of milliseconds: bodies that are expensive
 * to parse are refused, and long texts are decoded in a thread.
 */
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { JSON_CEILINGS } from '@selfsame/contract/ceilings';
import { ApiError } from '../errors/api-error.ts';
import { errors } from '../errors/catalogue.ts';
import { checkNesting, MAX_JSON_DEPTH, NestingError } from '../lib/bounded-json.ts';
import { type JsonCeilings, JsonScanner } from '../lib/json-scanner.ts';
import { createTaskThread, type TaskThread } from '../lib/task-thread.ts';
import { toCeilingError } from './ceiling-error.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { type ParsedText, parseBytes, parseText } from './parse-text.ts';

/** A thread decodes larger bodies, and parses them if they have few values. */
const MAX_INLINE_BYTES = 1024 ** 2;
/** Copying more values than this from the thread takes longer than parsing them on the event loop. */
const MAX_COPIED_VALUES = 2000;
/** Far more than any body within the ceilings takes. */
const PARSE_LIMIT_MS = 20_000;

const CEILINGS: JsonCeilings = { ...JSON_CEILINGS, depth: MAX_JSON_DEPTH };

const PROGRAM = fileURLToPath(import.meta.url).replace(/receive-json(\.[jt]s)$/, 'parse-thread$1');

export interface ParseTask {
  bytes: Uint8Array;
  /** Only decodes: `value` is the text. */
  decodeOnly: boolean;
}

type ParseThread = TaskThread<ParseTask, ParsedText>;

export interface JsonReader {
  /**
   * Resolves with the value, or with undefined for an empty body. `announcedBytes`: the length that the client
   * announces.
   * @throws ApiError `request_too_large`, `invalid_json`, or the error of an exceeded ceiling, before the body is
   * complete.
   */
  receive(payload: Readable, limitBytes: number, announcedBytes?: number): Promise<unknown>;
  /** Ends the thread; bodies that it parses fail. */
  close(): Promise<void>;
}

export function createJsonReader(): JsonReader {
  const thread = createTaskThread<ParseTask, ParsedText>({ program: PROGRAM, limitMs: PARSE_LIMIT_MS });
  return {
    async receive(payload, limitBytes, announcedBytes = 0) {
      const { bytes, values } = await receiveBytes(payload, limitBytes, announcedBytes);
      return parse(thread, bytes, values);
    },
    close: () => thread.close(errors.shuttingDown()),
  };
}

async function receiveBytes(payload: Readable, limitBytes: number, announcedBytes: number) {
  const scanner = new JsonScanner(CEILINGS);
  const received = new GrowingBytes(Math.min(announcedBytes, limitBytes));
  try {
    await receive(payload, limitBytes, (chunk) => {
      received.append(chunk);
      const exceeded = scanner.scan(chunk);
      if (exceeded !== undefined) throw toExcessError(exceeded, scanner, received.bytes());
    });
  } catch (error) {
    throw toReadError(error);
  }
  const { keys, strings, containers, scalars } = scanner.counts;
  return { bytes: received.bytes(), values: keys + strings + containers + scalars };
}

function receive(payload: Readable, limitBytes: number, take: (chunk: Buffer<ArrayBuffer>) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    let bytes = 0;
    const settle = (end: () => void) => {
      payload.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      end();
    };
    const onData = (chunk: Buffer<ArrayBuffer>) => {
      bytes += chunk.byteLength;
      try {
        if (bytes > limitBytes) throw errors.requestTooLarge(limitBytes);
        take(chunk);
      } catch (error) {
        payload.pause();
        settle(() => reject(error));
      }
    };
    const onEnd = () => settle(resolve);
    const onError = (error: Error) => settle(() => reject(error));
    const onClose = () => settle(() => reject(new DOMException('The client left.', 'AbortError')));
    payload.on('data', onData).on('end', onEnd).on('error', onError).on('close', onClose);
  });
}

function toExcessError(exceeded: keyof JsonCeilings, scanner: JsonScanner, bytes: Uint8Array): unknown {
  if (exceeded !== 'depth') return toCeilingError(exceeded, scanner.path(bytes));
  try {
    checkNesting(new TextDecoder().decode(bytes));
    return errors.nestingTooDeep(null, new NestingError(undefined).message);
  } catch (error) {
    return errors.nestingTooDeep((error as NestingError).path ?? null, (error as NestingError).message);
  }
}

function toReadError(error: unknown): unknown {
  if (error instanceof ApiError || (error as Error).name === 'AbortError') return error;
  return errors.badRequest(`the body cannot be read: ${(error as Error).message}.`);
}

async function parse(thread: ParseThread, bytes: Uint8Array<ArrayBuffer>, values: number): Promise<unknown> {
  // Some clients send a content type without a body. The route decides whether a body is required.
  if (bytes.length === 0) return undefined;
  if (bytes.length <= MAX_INLINE_BYTES) return unwrap(parseBytes(bytes));
  const decodeOnly = values > MAX_COPIED_VALUES;
  const outcome = unwrap(await thread.run({ bytes, decodeOnly }, [bytes.buffer]));
  return decodeOnly ? unwrap(parseText(outcome as string)) : outcome;
}

function unwrap(parsed: ParsedText): unknown {
  if (parsed.error !== undefined) throw errors.invalidJson(parsed.error);
  return parsed.value;
}

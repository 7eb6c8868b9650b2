/** Prints results of calls: JSON, lines of JSON, a table, selected parts, or raw bytes. */
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { Page, Stream } from '@selfsame/client';
import { terminalWidth } from '../table.ts';
import { select } from './select.ts';
import { listToTable, objectToTable } from './to-table.ts';
import { UsageError } from './usage-error.ts';

export const OUTPUT_FORMATS = ['json', 'jsonl', 'table'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

export interface PrintOptions {
  format: OutputFormat;
  /** Path of the printed part. */
  select: string | undefined;
  /** Whether to print the items of all pages. */
  all: boolean;
}

/** Writes one text and waits until the stream accepts more. */
export type Write = (text: string | Uint8Array) => Promise<void>;

export async function printResult(result: unknown, options: PrintOptions, write: Write): Promise<void> {
  if (result instanceof Response) return printBytes(result, write);
  if (result instanceof Stream) return printEvents(result as Stream<unknown>, options, write);
  if (options.all) {
    if (!(result instanceof Page)) throw new UsageError('--all: the command returns no list.');
    return printItems(result as Page<unknown>, options, write);
  }
  return printValue(result, options, write);
}

async function printBytes({ body }: Response, write: Write): Promise<void> {
  if (body === null) return;
  for await (const chunk of body) await write(chunk);
}

/** Each event when it arrives. Selected texts are written without separators, as the text of an answer grows. */
async function printEvents(stream: Stream<unknown>, options: PrintOptions, write: Write): Promise<void> {
  if (options.format === 'table') throw new UsageError('--output table: events have no table; use json.');
  for await (const event of stream) {
    if (options.select === undefined) await write(`${JSON.stringify(event)}\n`);
    else for (const part of select(event, options.select)) await write(typeof part === 'string' ? part : line(part));
  }
  if (options.select !== undefined) await write('\n');
}

async function printItems(page: Page<unknown>, options: PrintOptions, write: Write): Promise<void> {
  if (options.select !== undefined) {
    for await (const item of page) for (const part of select(item, options.select)) await write(line(part));
  } else if (options.format === 'table') {
    const items: unknown[] = [];
    for await (const item of page) items.push(item);
    await write(`${listToTable(items, terminalWidth())}\n`);
  } else if (options.format === 'jsonl') {
    for await (const item of page) await write(`${JSON.stringify(item)}\n`);
  } else {
    let separator = '[\n';
    for await (const item of page) {
      await write(`${separator}${indent(JSON.stringify(item, null, 2))}`);
      separator = ',\n';
    }
    await write(separator === '[\n' ? '[]\n' : '\n]\n');
  }
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');

async function printValue(value: unknown, { format, select: path }: PrintOptions, write: Write): Promise<void> {
  if (path !== undefined) {
    for (const part of select(value, path)) await write(line(part));
    return;
  }
  if (typeof value === 'string') return write(value.endsWith('\n') ? value : `${value}\n`);
  const { data } = (value ?? {}) as { data?: unknown };
  if (format === 'json') return write(`${JSON.stringify(value, null, 2)}\n`);
  if (format === 'jsonl') {
    for (const item of Array.isArray(data) ? data : [value]) await write(`${JSON.stringify(item)}\n`);
    return;
  }
  const width = terminalWidth();
  await write(`${Array.isArray(data) ? listToTable(data, width) : objectToTable(value, width)}\n`);
}

/** A selected part: texts as they are, other values as JSON. */
const line = (part: unknown): string => `${typeof part === 'string' ? part : JSON.stringify(part)}\n`;

/** A writer to a stream. A reader that closes its end early, such as `head`, ends the program without an error. */
export function writerTo(target: Writable): Write {
  target.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
  });
  return (text) =>
    new Promise((resolve, reject) => {
      target.write(text, (error) => (error === null || error === undefined ? resolve() : reject(error)));
    });
}

/** Calls `print` with a writer to a new file. */
export async function saveTo(path: string, print: (write: Write) => Promise<void>): Promise<void> {
  const file = createWriteStream(path);
  const done = finished(file);
  try {
    await print(writerTo(file));
  } finally {
    file.end();
  }
  await done;
}

/**
 * `selfsame api`: every operation of the contract as a command, called on any server. The ids of the operations are the
 * commands, the values of the path are arguments, and the fields of query and body are flags.
 */
import { Selfsame } from '@selfsame/client';
import { operations as operationData } from '@selfsame/client/operations';
import type { Operation } from '@selfsame/contract/operation';
import { operations } from '@selfsame/contract/operations';
import { readApiAddress } from '../config/api-address.ts';
import { toUrl } from '../start/address.ts';
import { buildInput } from './api/build-input.ts';
import { buildTree, findNode, type Node } from './api/command-tree.ts';
import { complete } from './api/complete.ts';
import { toSentence } from './api/explain-error.ts';
import { helpOf } from './api/help.ts';
import { type GeneralFlag, parseWords } from './api/parse-words.ts';
import { OUTPUT_FORMATS, type OutputFormat, printResult, saveTo, writerTo } from './api/print-result.ts';
import { suggestion, UsageError } from './api/usage-error.ts';
import { CommandError, readConfig } from './settings-flags.ts';

/** Maximum silence of the server, in seconds: a local model may think long before its first token. */
const TIMEOUT_S = 600;
/** First word of a request of the completion scripts. */
export const COMPLETE = '__complete';

type General = Partial<Record<GeneralFlag, string>>;

/** @param words the words after `selfsame api`. */
export async function api(words: readonly string[]): Promise<void> {
  const root = buildTree(operations);
  const write = writerTo(process.stdout);
  if (words[0] === COMPLETE) {
    for (const { word, about } of complete(root, words.slice(1))) await write(`${word}\t${about}\n`);
    return;
  }
  const { node, rest } = findNode(root, words);
  const { operation } = node;
  const isHelp = rest.some((word) => word === '--help' || word === '-h');
  if (operation === undefined || isHelp) {
    if (!isHelp && rest.length > 0) throw unknownCommand(node, rest[0] ?? '');
    await write(`${helpOf(node, process.stdout.isTTY ? process.stdout.columns : undefined)}\n`);
    return;
  }
  await call(operation, rest);
}

function unknownCommand(node: Node<Operation>, word: string): UsageError {
  const place = ['selfsame', 'api', ...node.words].join(' ');
  const names = [...node.children.keys()];
  return new UsageError(`\`${place}\` has no command '${word}'.${suggestion(word, names)} \`${place}\` lists them.`);
}

async function call(operation: Operation, words: readonly string[]): Promise<void> {
  const parsed = parseWords(words, operation);
  const { general } = parsed;
  const options = { format: formatOf(general), select: general.select, all: general.all !== undefined };
  let input: Promise<Uint8Array<ArrayBuffer>> | undefined;
  const readInput = () => (input ??= readStandardInput());
  const { input: request, isJson } = await buildInput(operation, parsed, readInput);
  const data = operationData[operation.id]?.data;
  if (data === undefined) throw new CommandError(`the client lacks the operation '${operation.id}'.`);
  const client = createClient(general);
  try {
    const result = await client.call(isJson ? { ...data, body: 'json' } : data, request);
    if (general.save === undefined) await printResult(result, options, writerTo(process.stdout));
    else await saveTo(general.save, (write) => printResult(result, options, write));
  } catch (error) {
    throw toSentence(error);
  } finally {
    await client.close();
  }
}

function formatOf({ output = 'json' }: General): OutputFormat {
  const format = OUTPUT_FORMATS.find((each) => each === output);
  if (format === undefined) throw new UsageError(`--output takes ${OUTPUT_FORMATS.join(', ')}, not '${output}'.`);
  return format;
}

/** Responses are printed as they are, so they are not compared with the contract. */
function createClient(general: General): Selfsame {
  const { baseUrl, apiKey, adminKey } = readApiAddress();
  const token = general['api-key'] ?? (apiKey === undefined && adminKey === undefined ? 'none' : undefined);
  const adminToken = general['admin-key'];
  const auth = { ...(token === undefined ? {} : { token }), ...(adminToken === undefined ? {} : { adminToken }) };
  const config = { auth, validation: false, timeout: TIMEOUT_S };
  try {
    return new Selfsame(config, general['base-url'] ?? baseUrl ?? localUrl());
  } catch (error) {
    throw toSentence(error);
  }
}

function localUrl(): string {
  const { config } = readConfig({});
  return `${toUrl(config.host, config.port)}/v1`;
}

async function readStandardInput(): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  for await (const piece of process.stdin) pieces.push(piece as Uint8Array);
  return Uint8Array.from(Buffer.concat(pieces));
}

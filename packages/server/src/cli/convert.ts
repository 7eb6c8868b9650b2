/**
 * `selfsame convert`: objects of the Assistants API → objects of the Responses API, and back, on a running server. Prints
 * one line of JSON for each: what was made, and what has no counterpart.
 * A thread and its conversation name each other in their metadata, so that a second run adds new messages only.
 */
import { readFile } from 'node:fs/promises';
import { Selfsame } from '@selfsame/client';
import { readApiAddress } from '../config/api-address.ts';
import { toUrl } from '../start/address.ts';
import { toSentence } from './api/explain-error.ts';
import type { Fields } from './convert/conversion.ts';
import { toAssistant } from './convert/to-assistant.ts';
import { toItem } from './convert/to-items.ts';
import { toMessage } from './convert/to-message.ts';
import { toRequest } from './convert/to-request.ts';
import { CommandError, readConfig, type SettingFlags } from './settings-flags.ts';

interface ConvertFlags extends SettingFlags {
  url?: string;
  key?: string;
  dryRun?: boolean;
}

/** Items that one request may append. */
const MAX_ITEMS = 20;

const LINKS = {
  conversation: { to: 'conversation_id', last: 'conversation_last' },
  thread: { to: 'thread_id', last: 'thread_last' },
} as const;

type Convert = (id: string, how: { client: Selfsame; dryRun: boolean }) => Promise<Fields>;

const CONVERSIONS: Readonly<Record<string, Convert>> = {
  thread: convertThread,
  conversation: convertConversation,
  assistant: convertAssistant,
  request: convertRequest,
};

export async function convert(kind: string, ids: readonly string[], flags: ConvertFlags): Promise<void> {
  const run = CONVERSIONS[kind];
  if (run === undefined) {
    throw new CommandError(`nothing converts a '${kind}'. There are: ${Object.keys(CONVERSIONS).join(', ')}.`);
  }
  const { url, key, dryRun = false, ...settings } = flags;
  const { config } = readConfig(settings as SettingFlags);
  const { baseUrl, apiKey } = readApiAddress();
  const address = url === undefined ? undefined : `${url.replace(/\/+(v1\/?)?$/, '')}/v1`;
  const base = address ?? baseUrl ?? `${toUrl(config.host, config.port)}/v1`;
  const client = new Selfsame({ auth: { token: key ?? apiKey ?? 'none' }, validation: false }, base);
  try {
    for (const id of ids) console.log(JSON.stringify(await run(id, { client, dryRun })));
  } catch (error) {
    throw toSentence(error);
  } finally {
    await client.close();
  }
}

async function convertThread(id: string, { client, dryRun }: Parameters<Convert>[1]): Promise<Fields> {
  const thread = await client.threads.retrieve(id);
  const { to, last } = LINKS.conversation;
  const { [to]: linked, [last]: after } = thread.metadata ?? {};
  const items: Fields[] = [];
  const omitted = Object.keys(thread.tool_resources ?? {}).map((name) => `the files of its ${name}`);
  let newest = after;
  const page = { order: 'asc' as const, limit: 100, ...(after === undefined ? {} : { after }) };
  for await (const message of await client.threads.messages.list(id, page)) {
    newest = message.id;
    const converted = toItem(message as unknown as Parameters<typeof toItem>[0]);
    omitted.push(...converted.omitted);
    if (converted.value !== undefined) items.push(converted.value);
  }
  const report = { thread: id, items: items.length, omitted };
  if (dryRun) return { ...report, conversation: linked ?? null };
  const conversation = linked ?? (await client.conversations.create({ metadata: { [LINKS.thread.to]: id } })).id;
  for (let at = 0; at < items.length; at += MAX_ITEMS) {
    await client.conversations.items.create(conversation, { items: items.slice(at, at + MAX_ITEMS) as never });
  }
  await client.threads.update(id, {
    metadata: { ...thread.metadata, [to]: conversation, ...(newest === undefined ? {} : { [last]: newest }) },
  });
  return { ...report, conversation };
}

async function convertConversation(id: string, { client, dryRun }: Parameters<Convert>[1]): Promise<Fields> {
  const conversation = await client.conversations.retrieve(id);
  const metadata = (conversation.metadata ?? {}) as Record<string, string>;
  const { to, last } = LINKS.thread;
  const { [to]: linked, [last]: after } = metadata;
  const messages: { role: string; content: string }[] = [];
  const omitted: string[] = [];
  let newest = after;
  const page = { order: 'asc' as const, limit: 100, ...(after === undefined ? {} : { after }) };
  for await (const item of await client.conversations.items.list(id, page)) {
    const fields = item as unknown as Fields;
    newest = String(fields['id']);
    const converted = toMessage(fields);
    omitted.push(...converted.omitted);
    if (converted.value !== undefined) messages.push(converted.value);
  }
  const report = { conversation: id, messages: messages.length, omitted };
  if (dryRun) return { ...report, thread: linked ?? null };
  const thread = linked ?? (await client.threads.create({ metadata: { [LINKS.conversation.to]: id } })).id;
  for (const message of messages) await client.threads.messages.create(thread, message as never);
  await client.conversations.update(id, {
    metadata: { ...metadata, [to]: thread, ...(newest === undefined ? {} : { [last]: newest }) },
  });
  return { ...report, thread };
}

async function convertAssistant(id: string, { client }: Parameters<Convert>[1]): Promise<Fields> {
  const { value, omitted } = toRequest((await client.assistants.retrieve(id)) as unknown as Fields);
  return { assistant: id, request: value, omitted };
}

/** @param file JSON with the parameters, or a line that `convert assistant` printed. */
async function convertRequest(file: string, { client, dryRun }: Parameters<Convert>[1]): Promise<Fields> {
  const text = await readFile(file, 'utf8').catch(() => {
    throw new CommandError(`the file '${file}' cannot be read.`);
  });
  const read = JSON.parse(text) as Fields;
  const { value, omitted } = toAssistant((read['request'] ?? read) as Fields);
  if (dryRun) return { assistant: null, fields: value, omitted };
  const { id } = await client.assistants.create(value as never);
  return { assistant: id, omitted };
}

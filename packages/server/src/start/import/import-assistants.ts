/**
 * Brings over what the hosted Assistants API answered: assistants, threads and messages under their own ids. Invariant: what is there already
 * is left as it is, so that an import may be done again, after a failure or with more files. Whatever is not brought over is counted.
 */
import { type AssistantObject, buildOpenApiDocument, type MessageObject, type ThreadObject } from '@selfsame/contract';
import { createValidator } from '../../operations/validator.ts';
import type { NewMessage } from '../../storage/repositories/messages.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import { VERSION } from '../../version.ts';
import type { ApiObject } from './read-objects.ts';
import { toAssistantRecord, toComplete, toNewMessage, toThreadRecord } from './to-records.ts';

/** What became of the objects of one kind. */
export interface Imported {
  brought: number;
  /** There already. */
  present: number;
  /** Not as the API answers them. */
  refused: { id: string; why: string }[];
  /** Of a kind that is not brought over. */
  left: number;
}

export type ImportReport = Map<string, Imported>;

type Scope = Transactional<ProjectRepositories>;

const SCHEMAS: Readonly<Record<string, string>> = {
  assistant: 'AssistantObject',
  thread: 'ThreadObject',
  'thread.message': 'MessageObject',
};

export async function importAssistants(scope: Scope, objects: readonly ApiObject[]): Promise<ImportReport> {
  const report: ImportReport = new Map();
  const { assistants, threads, messages } = sort(objects, report);
  for (const object of assistants) {
    await keep(scope, report, 'assistant', async (inside) => {
      if ((await inside.assistants.retrieve(object.id)) !== undefined) return false;
      await inside.assistants.create(toAssistantRecord(object));
      return true;
    });
  }
  for (const object of threads) {
    await keep(scope, report, 'thread', async (inside) => {
      if ((await inside.threads.retrieve(object.id)) !== undefined) return false;
      await inside.threads.create(toThreadRecord(object));
      return true;
    });
  }
  for (const [threadId, own] of Map.groupBy(messages, ({ thread_id }) => thread_id)) {
    await keepMessages(scope, report, threadId, unique(inOrder(own)).map(toNewMessage));
  }
  return report;
}

function entryOf(report: ImportReport, kind: string): Imported {
  const entry = report.get(kind) ?? { brought: 0, present: 0, refused: [], left: 0 };
  report.set(kind, entry);
  return entry;
}

/** By kind, each as the contract has it; the others are told apart in the report. */
function sort(objects: readonly ApiObject[], report: ImportReport) {
  const validator = createValidator(buildOpenApiDocument({ version: VERSION, serverUrl: '/v1' }));
  const sorted = {
    assistants: [] as AssistantObject[],
    threads: [] as ThreadObject[],
    messages: [] as MessageObject[],
  };
  for (const object of objects) {
    const kind = typeof object['object'] === 'string' ? object['object'] : 'unknown';
    const schema = SCHEMAS[kind];
    const entry = entryOf(report, kind);
    if (schema === undefined) {
      entry.left += 1;
      continue;
    }
    const complete = toComplete(object);
    const why = validator.responseFault(schema, complete);
    if (why !== undefined) entry.refused.push({ id: String(object['id']), why });
    else if (kind === 'assistant') sorted.assistants.push(complete as AssistantObject);
    else if (kind === 'thread') sorted.threads.push(complete as ThreadObject);
    else sorted.messages.push(complete as MessageObject);
  }
  return sorted;
}

/** Lists are answered newest first, and several messages may be of one second: such a list is turned round. */
function inOrder(messages: readonly MessageObject[]): MessageObject[] {
  const newestFirst = (messages[0]?.created_at ?? 0) > (messages.at(-1)?.created_at ?? 0);
  const ordered = newestFirst ? messages.toReversed() : [...messages];
  return ordered.sort((a, b) => a.created_at - b.created_at);
}

/** A message that several pages hold counts once. */
function unique(messages: readonly MessageObject[]): MessageObject[] {
  return [...new Map(messages.map((message) => [message.id, message])).values()];
}

async function keep(
  scope: Scope,
  report: ImportReport,
  kind: string,
  make: (inside: ProjectRepositories) => Promise<boolean>,
): Promise<void> {
  const made = await scope.transaction(make);
  const entry = entryOf(report, kind);
  entry[made ? 'brought' : 'present'] += 1;
}

/** All of a thread's in one transaction. The API lists no threads: one that only its messages name is made for them. */
async function keepMessages(
  scope: Scope,
  report: ImportReport,
  threadId: string,
  messages: readonly NewMessage[],
): Promise<void> {
  const added = await scope.transaction(async (inside) => {
    const createdAt = messages[0]?.createdAt ?? 0;
    if ((await inside.threads.lock(threadId)) === undefined) {
      await inside.threads.create({ id: threadId, createdAt, toolResources: {}, metadata: {} });
    }
    const wanted: NewMessage[] = [];
    for (const message of messages) {
      const there = await inside.messages.retrieve(threadId, message.id);
      if (there === undefined) wanted.push(message);
    }
    if (wanted.length > 0) await inside.messages.create(threadId, wanted);
    return wanted.length;
  });
  const entry = entryOf(report, 'thread.message');
  entry.brought += added;
  entry.present += messages.length - added;
}

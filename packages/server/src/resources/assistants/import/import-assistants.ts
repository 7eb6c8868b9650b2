/**
 * Imports objects of the hosted Assistants API: assistants, threads, messages, runs, steps and vector stores keep their
 * ids. Invariants: an object that exists already is not changed, so an import can be repeated after a failure or with
 * more files; the report counts every object that is not imported.
 */
import type {
  AssistantObject,
  MessageObject,
  RunObject,
  RunStepObject,
  ThreadObject,
  VectorStoreFileObject,
  VectorStoreObject,
} from '@selfsame/contract';
import type { Clock } from '../../../lib/clock.ts';
import type { Validator } from '../../../operations/validator.ts';
import type { ProjectRepositories, Transactional } from '../../../storage/repositories/repositories.ts';
import { importHistory } from './import-threads.ts';
import { importVectorStores } from './import-vector-stores.ts';
import type { ApiObject } from './read-objects.ts';
import { entryOf, type ImportReport } from './report.ts';
import { toAssistantRecord, toComplete, toThreadRecord } from './to-records.ts';

type Scope = Transactional<ProjectRepositories>;

/** The objects by kind, in the contract's types. */
interface ObjectsByKind {
  assistant: AssistantObject[];
  thread: ThreadObject[];
  'thread.message': MessageObject[];
  'thread.run': RunObject[];
  'thread.run.step': RunStepObject[];
  vector_store: VectorStoreObject[];
  'vector_store.file': VectorStoreFileObject[];
}

const SCHEMAS: Readonly<Record<keyof ObjectsByKind, string>> = {
  assistant: 'AssistantObject',
  thread: 'ThreadObject',
  'thread.message': 'MessageObject',
  'thread.run': 'RunObject',
  'thread.run.step': 'RunStepObject',
  vector_store: 'VectorStoreObject',
  'vector_store.file': 'VectorStoreFileObject',
};

const isKind = (kind: string): kind is keyof ObjectsByKind => Object.hasOwn(SCHEMAS, kind);

export interface ImportDeps extends Pick<Clock, 'now'> {
  /** Names the first difference between an object and its schema. */
  findDifference: Validator['findResponseDifference'];
}

/** Files of vector stores must be imported first (`importFiles`). */
export async function importAssistants(
  scope: Scope,
  objects: readonly ApiObject[],
  { findDifference, now }: ImportDeps,
): Promise<ImportReport> {
  const report: ImportReport = new Map();
  const sorted = sortByKind(objects, { report, findDifference });
  const stores = { stores: sorted.vector_store, files: sorted['vector_store.file'], now: now() };
  await importVectorStores(scope, report, stores);
  for (const object of sorted.assistant) {
    await importOne(scope, report, 'assistant', async (tx) => {
      if ((await tx.assistants.retrieve(object.id)) !== undefined) return false;
      await tx.assistants.create(toAssistantRecord(object));
      return true;
    });
  }
  for (const object of sorted.thread) {
    await importOne(scope, report, 'thread', async (tx) => {
      if ((await tx.threads.retrieve(object.id)) !== undefined) return false;
      await tx.threads.create(toThreadRecord(object));
      return true;
    });
  }
  const byThread = <T extends { thread_id: string }>(each: T[]) => Map.groupBy(each, ({ thread_id }) => thread_id);
  const messages = byThread(sorted['thread.message']);
  const runs = byThread(sorted['thread.run']);
  const steps = byThread(sorted['thread.run.step']);
  for (const threadId of new Set([...messages.keys(), ...runs.keys(), ...steps.keys()])) {
    await importHistory(scope, report, threadId, {
      messages: messages.get(threadId) ?? [],
      runs: runs.get(threadId) ?? [],
      steps: steps.get(threadId) ?? [],
    });
  }
  return report;
}

/** Reports the objects of other kinds as skipped and the ones that do not match their schema as refused. */
function sortByKind(
  objects: readonly ApiObject[],
  { report, findDifference }: { report: ImportReport } & Pick<ImportDeps, 'findDifference'>,
): ObjectsByKind {
  const kinds = Object.keys(SCHEMAS).map((kind) => [kind, []]);
  const sorted = Object.fromEntries(kinds) as unknown as ObjectsByKind;
  for (const object of objects) {
    const kind = typeof object['object'] === 'string' ? object['object'] : 'unknown';
    const entry = entryOf(report, kind);
    if (!isKind(kind)) {
      entry.skipped += 1;
      continue;
    }
    const complete = toComplete(object);
    const reason = findDifference(SCHEMAS[kind], complete);
    if (reason !== undefined) entry.refused.push({ id: String(object['id']), reason });
    // The schema was checked above.
    else (sorted[kind] as unknown[]).push(complete);
  }
  return sorted;
}

/** `create` returns whether it created the object: `false` = it exists already. */
async function importOne(
  scope: Scope,
  report: ImportReport,
  kind: string,
  create: (tx: ProjectRepositories) => Promise<boolean>,
): Promise<void> {
  const isNew = await scope.transaction(create);
  entryOf(report, kind)[isNew ? 'imported' : 'present'] += 1;
}

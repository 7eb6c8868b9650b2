/**
 * Brings over what the hosted Assistants API answered: assistants, threads, messages, runs, steps and vector stores under their own ids.
 * Invariant: what is there already is left as it is, so that an import may be done again, after a failure or with more files. Whatever is not
 * brought over is counted.
 */
import {
  type AssistantObject,
  buildOpenApiDocument,
  type MessageObject,
  type RunObject,
  type RunStepObject,
  type ThreadObject,
  type VectorStoreFileObject,
  type VectorStoreObject,
} from '@selfsame/contract';
import type { Clock } from '../../lib/clock.ts';
import { createValidator } from '../../operations/validator.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import { VERSION } from '../../version.ts';
import { importHistory } from './import-threads.ts';
import { importVectorStores } from './import-vector-stores.ts';
import type { ApiObject } from './read-objects.ts';
import { entryOf, type ImportReport } from './report.ts';
import { toAssistantRecord, toComplete, toThreadRecord } from './to-records.ts';

type Scope = Transactional<ProjectRepositories>;

/** Each kind as the contract has it. */
interface Sorted {
  assistant: AssistantObject[];
  thread: ThreadObject[];
  'thread.message': MessageObject[];
  'thread.run': RunObject[];
  'thread.run.step': RunStepObject[];
  vector_store: VectorStoreObject[];
  'vector_store.file': VectorStoreFileObject[];
}

const SCHEMAS: Readonly<Record<keyof Sorted, string>> = {
  assistant: 'AssistantObject',
  thread: 'ThreadObject',
  'thread.message': 'MessageObject',
  'thread.run': 'RunObject',
  'thread.run.step': 'RunStepObject',
  vector_store: 'VectorStoreObject',
  'vector_store.file': 'VectorStoreFileObject',
};

const isKind = (kind: string): kind is keyof Sorted => Object.hasOwn(SCHEMAS, kind);

/** Files are brought over before: those of vector stores are to be there. */
export async function importAssistants(
  scope: Scope,
  objects: readonly ApiObject[],
  { now }: Pick<Clock, 'now'>,
): Promise<ImportReport> {
  const report: ImportReport = new Map();
  const sorted = sort(objects, report);
  const stores = { stores: sorted.vector_store, files: sorted['vector_store.file'], now: now() };
  await importVectorStores(scope, report, stores);
  for (const object of sorted.assistant) {
    await keep(scope, report, 'assistant', async (inside) => {
      if ((await inside.assistants.retrieve(object.id)) !== undefined) return false;
      await inside.assistants.create(toAssistantRecord(object));
      return true;
    });
  }
  for (const object of sorted.thread) {
    await keep(scope, report, 'thread', async (inside) => {
      if ((await inside.threads.retrieve(object.id)) !== undefined) return false;
      await inside.threads.create(toThreadRecord(object));
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

/** By kind; the others are told apart in the report. */
function sort(objects: readonly ApiObject[], report: ImportReport): Sorted {
  const validator = createValidator(buildOpenApiDocument({ version: VERSION, serverUrl: '/v1' }));
  const kinds = Object.keys(SCHEMAS).map((kind) => [kind, []]);
  const sorted = Object.fromEntries(kinds) as unknown as Sorted;
  for (const object of objects) {
    const kind = typeof object['object'] === 'string' ? object['object'] : 'unknown';
    const entry = entryOf(report, kind);
    if (!isKind(kind)) {
      entry.left += 1;
      continue;
    }
    const complete = toComplete(object);
    const why = validator.findResponseDifference(SCHEMAS[kind], complete);
    if (why !== undefined) entry.refused.push({ id: String(object['id']), why });
    // Checked above.
    else (sorted[kind] as unknown[]).push(complete);
  }
  return sorted;
}

async function keep(
  scope: Scope,
  report: ImportReport,
  kind: string,
  make: (inside: ProjectRepositories) => Promise<boolean>,
): Promise<void> {
  const made = await scope.transaction(make);
  entryOf(report, kind)[made ? 'brought' : 'present'] += 1;
}

/**
 * Imports a thread's messages, runs and steps in one transaction. Invariants: messages keep their order in the list;
 * a step precedes the messages that are younger than it; an object that exists already is not changed.
 */
import type { MessageObject, RunObject, RunStepObject } from '@selfsame/contract';
import type { ProjectRepositories, Transactional } from '../../../storage/repositories/repositories.ts';
import { entryOf, type ImportReport } from './report.ts';
import { toNewMessage } from './to-records.ts';
import { toNewRunStep, toRunRecord } from './to-run-records.ts';

export interface ThreadHistory {
  messages: readonly MessageObject[];
  runs: readonly RunObject[];
  steps: readonly RunStepObject[];
}

type Scope = Transactional<ProjectRepositories>;

/** Creates the thread if it is missing: the hosted API cannot list threads, so often only messages and runs name it. */
export async function importHistory(
  scope: Scope,
  report: ImportReport,
  threadId: string,
  history: ThreadHistory,
): Promise<void> {
  const messages = unique(inOrder(history.messages));
  const runs = unique(history.runs);
  const steps = unique(history.steps).sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
  const { imported, orphans } = await scope.transaction(async (tx) => {
    const created = [...messages, ...runs].map(({ created_at }) => created_at * 1000);
    if ((await tx.threads.lock(threadId)) === undefined) {
      const createdAt = created.length === 0 ? 0 : Math.min(...created);
      await tx.threads.create({ id: threadId, createdAt, toolResources: {}, metadata: {} });
    }
    const counts = { messages: 0, runs: await importRuns(tx, threadId, runs), steps: 0 };
    const withoutRun: RunStepObject[] = [];
    for (const each of interleave(messages, steps)) {
      if (each.object === 'thread.message') counts.messages += await importMessage(tx, threadId, each);
      else {
        const added = await importStep(tx, each);
        if (added === undefined) withoutRun.push(each);
        else counts.steps += added;
      }
    }
    return { imported: counts, orphans: withoutRun };
  });
  count(report, 'thread.message', { total: messages.length, imported: imported.messages });
  count(report, 'thread.run', { total: runs.length, imported: imported.runs });
  count(report, 'thread.run.step', { total: steps.length - orphans.length, imported: imported.steps });
  for (const { id, run_id } of orphans)
    entryOf(report, 'thread.run.step').refused.push({ id, reason: `its run ${run_id} is not there` });
}

function count(report: ImportReport, kind: string, { total, imported }: { total: number; imported: number }): void {
  if (total === 0) return;
  const entry = entryOf(report, kind);
  entry.imported += imported;
  entry.present += total - imported;
}

async function importRuns(tx: ProjectRepositories, threadId: string, runs: readonly RunObject[]): Promise<number> {
  let imported = 0;
  for (const run of runs) {
    if ((await tx.runs.retrieve(threadId, run.id)) !== undefined) continue;
    await tx.runs.create(toRunRecord(run));
    imported += 1;
  }
  return imported;
}

async function importMessage(tx: ProjectRepositories, threadId: string, message: MessageObject): Promise<number> {
  if ((await tx.messages.retrieve(threadId, message.id)) !== undefined) return 0;
  await tx.messages.create(threadId, [toNewMessage(message)]);
  return 1;
}

/** Returns how many steps were added, or undefined if the step's run does not exist. */
async function importStep(tx: ProjectRepositories, step: RunStepObject): Promise<number | undefined> {
  const run = await tx.runs.retrieve(step.thread_id, step.run_id);
  if (run === undefined) return undefined;
  if ((await tx.runSteps.retrieve(run.id, step.id)) !== undefined) return 0;
  await tx.runSteps.create(toNewRunStep(step, run));
  return 1;
}

/** Puts each step before the first message that is younger, or that the step's run created in the same second. */
function* interleave(messages: readonly MessageObject[], steps: readonly RunStepObject[]) {
  let next = 0;
  for (const message of messages) {
    for (let step = steps[next]; step !== undefined; step = steps[next]) {
      const own = step.created_at === message.created_at && step.run_id === message.run_id;
      if (step.created_at >= message.created_at && !own) break;
      yield step;
      next += 1;
    }
    yield message;
  }
  yield* steps.slice(next);
}

/**
 * Oldest first. Reverses lists that are newest first, as the API returns them: equal creation times have no
 * order.
 */
function inOrder(messages: readonly MessageObject[]): MessageObject[] {
  const newestFirst = (messages[0]?.created_at ?? 0) > (messages.at(-1)?.created_at ?? 0);
  const ordered = newestFirst ? messages.toReversed() : [...messages];
  return ordered.sort((a, b) => a.created_at - b.created_at);
}

/** Removes repeated objects: pages of a list may overlap. */
function unique<T extends { id: string }>(objects: readonly T[]): T[] {
  return [...new Map(objects.map((object) => [object.id, object])).values()];
}

/**
 * What happened in a thread: its messages, runs and steps, in one transaction. Invariants: messages keep the order in which they were listed,
 * and a step stands before the messages that came after it; what is there already stays.
 */
import type { MessageObject, RunObject, RunStepObject } from '@selfsame/contract';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import { entryOf, type ImportReport } from './report.ts';
import { toNewMessage } from './to-records.ts';
import { toNewRunStep, toRunRecord } from './to-run-records.ts';

export interface ThreadHistory {
  messages: readonly MessageObject[];
  runs: readonly RunObject[];
  steps: readonly RunStepObject[];
}

type Scope = Transactional<ProjectRepositories>;

/** The API lists no threads: one that only its messages or runs name is made for them. */
export async function importHistory(
  scope: Scope,
  report: ImportReport,
  threadId: string,
  history: ThreadHistory,
): Promise<void> {
  const messages = unique(inOrder(history.messages));
  const runs = unique(history.runs);
  const steps = unique(history.steps).sort((a, b) => a.created_at - b.created_at || (a.id < b.id ? -1 : 1));
  const { brought, orphans } = await scope.transaction(async (inside) => {
    const created = [...messages, ...runs].map(({ created_at }) => created_at * 1000);
    if ((await inside.threads.lock(threadId)) === undefined) {
      const createdAt = created.length === 0 ? 0 : Math.min(...created);
      await inside.threads.create({ id: threadId, createdAt, toolResources: {}, metadata: {} });
    }
    const counts = { messages: 0, runs: await keepRuns(inside, threadId, runs), steps: 0 };
    const lost: RunStepObject[] = [];
    for (const each of interleave(messages, steps)) {
      if (each.object === 'thread.message') counts.messages += await keepMessage(inside, threadId, each);
      else {
        const kept = await keepStep(inside, each);
        if (kept === undefined) lost.push(each);
        else counts.steps += kept;
      }
    }
    return { brought: counts, orphans: lost };
  });
  count(report, 'thread.message', { total: messages.length, brought: brought.messages });
  count(report, 'thread.run', { total: runs.length, brought: brought.runs });
  count(report, 'thread.run.step', { total: steps.length - orphans.length, brought: brought.steps });
  for (const { id, run_id } of orphans)
    entryOf(report, 'thread.run.step').refused.push({ id, why: `its run ${run_id} is not there` });
}

function count(report: ImportReport, kind: string, { total, brought }: { total: number; brought: number }): void {
  if (total === 0) return;
  const entry = entryOf(report, kind);
  entry.brought += brought;
  entry.present += total - brought;
}

async function keepRuns(inside: ProjectRepositories, threadId: string, runs: readonly RunObject[]): Promise<number> {
  let brought = 0;
  for (const run of runs) {
    if ((await inside.runs.retrieve(threadId, run.id)) !== undefined) continue;
    await inside.runs.create(toRunRecord(run));
    brought += 1;
  }
  return brought;
}

async function keepMessage(inside: ProjectRepositories, threadId: string, message: MessageObject): Promise<number> {
  if ((await inside.messages.retrieve(threadId, message.id)) !== undefined) return 0;
  await inside.messages.create(threadId, [toNewMessage(message)]);
  return 1;
}

/** Undefined where its run is not there. */
async function keepStep(inside: ProjectRepositories, step: RunStepObject): Promise<number | undefined> {
  const run = await inside.runs.retrieve(step.thread_id, step.run_id);
  if (run === undefined) return undefined;
  if ((await inside.runSteps.retrieve(run.id, step.id)) !== undefined) return 0;
  await inside.runSteps.create(toNewRunStep(step, run));
  return 1;
}

/** Each step before the first message that is younger, or that its own run made in the same second. */
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

/** Lists are answered newest first, and several messages may be of one second: such a list is turned round. */
function inOrder(messages: readonly MessageObject[]): MessageObject[] {
  const newestFirst = (messages[0]?.created_at ?? 0) > (messages.at(-1)?.created_at ?? 0);
  const ordered = newestFirst ? messages.toReversed() : [...messages];
  return ordered.sort((a, b) => a.created_at - b.created_at);
}

/** An object that several pages hold counts once. */
function unique<T extends { id: string }>(objects: readonly T[]): T[] {
  return [...new Map(objects.map((object) => [object.id, object])).values()];
}

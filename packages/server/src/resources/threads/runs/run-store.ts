/** The store of the loop for runs: one loop is one run, and its parts are steps, with messages if the model writes text. */
import { isActive } from '../../../generation/loop/loop-state.ts';
import type { LoopRecord, LoopStore, LoopTransaction } from '../../../generation/loop/loop-store.ts';
import type { TaskContext } from '../../../jobs/task.ts';
import type { ModelCall } from '../../../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunStepRecord } from '../../../storage/repositories/run-steps.ts';
import type { RunFields, RunRecord } from '../../../storage/repositories/runs.ts';
import { createLoopMeter, type LoopMeter } from '../../loops/loop-meter.ts';
import type { Services } from '../../services.ts';
import { createRunHistory } from './run-history.ts';
import { toStatusEvents } from './run-output.ts';
import { createRunParts } from './run-parts.ts';
import { toLoopRecord, toRunFields } from './to-loop-record.ts';

export interface RunRef {
  threadId: string;
  runId: string;
}

export type RunServices = Pick<Services, 'clock' | 'ids' | 'models'>;

/** A run in a transaction. */
export interface RunTransaction extends LoopTransaction {
  /** The run as the transition has left it so far. @throws Error before `lock`. */
  run(): RunRecord;
}

export function createRunTransaction(
  tx: ProjectRepositories,
  services: RunServices,
  { threadId, runId }: RunRef,
): RunTransaction {
  let current: RunRecord | undefined;
  const run = () => {
    if (current === undefined) throw new Error(`The run ${runId} is not locked.`);
    return current;
  };
  const change = (fields: Partial<RunFields>) => {
    current = { ...run(), ...fields };
  };
  return {
    run,
    events: tx.events,
    ...createRunParts({ tx, services, run, change }),
    async lock() {
      await tx.threads.lock(threadId);
      current = await tx.runs.retrieve(threadId, runId);
      return current === undefined ? undefined : toLoopRecord(current);
    },
    async changeStatus(record) {
      change({ ...toRunFields(record), ...toTimes(record, run(), services.clock.now()) });
      return toStatusEvents(run());
    },
    async save(record) {
      change(toRunFields(record));
      if (!isActive(record.status)) await tx.threads.endRun(threadId, runId);
      await tx.runs.update(threadId, runId, toFields(run()));
    },
    listServerCalls: () => listServerCalls(tx, runId),
    meter: (usage) => createRunMeter(services, run())(tx, usage),
  };
}

/** The store of a run for the job that executes it. */
export function createRunStore(
  { repositories, finish }: Pick<TaskContext<ProjectRepositories>, 'repositories' | 'finish'>,
  services: RunServices,
  ref: RunRef,
): LoopStore {
  return {
    id: ref.runId,
    history: createRunHistory(repositories, ref.threadId),
    transaction(work, { endsJob = false } = {}) {
      const transaction = endsJob ? finish : repositories.transaction;
      return transaction((tx) => work(createRunTransaction(tx, services, ref)));
    },
    listServerCalls: (options) => listServerCalls(repositories, ref.runId, options),
  };
}

export function createRunMeter(services: RunServices, { apiKeyId, model }: RunRecord): LoopMeter {
  return createLoopMeter(services, { apiKeyId, operationId: 'threads.runs.create', model });
}

const MAX_STEPS = 100;

/** The calls of server tools in the steps of the run, in order. */
async function listServerCalls(
  { runSteps }: ProjectRepositories,
  runId: string,
  { sinceMessage = false } = {},
): Promise<ModelCall[]> {
  const { records } = await runSteps.list(runId, { limit: MAX_STEPS, order: 'asc' });
  const isMessage = (step: RunStepRecord) => step.type === 'message_creation' && step.status !== 'in_progress';
  const from = sinceMessage ? records.findLastIndex(isMessage) + 1 : 0;
  return records
    .slice(from)
    .flatMap(({ calls }) => calls)
    .filter(({ own }) => own !== undefined);
}

function toTimes({ status }: LoopRecord, run: RunRecord, now: number): Partial<RunFields> {
  switch (status) {
    case 'in_progress':
      return { startedAt: run.startedAt ?? now };
    case 'cancelled':
      return { cancelledAt: now };
    case 'failed':
      return { failedAt: now };
    case 'completed':
      return { completedAt: now };
    default:
      return {};
  }
}

function toFields(run: RunRecord): RunFields {
  const { status, metadata, open, calls, promptTokens, completionTokens, lastError, incompleteReason } = run;
  const { jobId, attempt, startedAt, cancelledAt, failedAt, completedAt } = run;
  const outcome = { lastError, incompleteReason, startedAt, cancelledAt, failedAt, completedAt };
  return { status, metadata, open, calls, promptTokens, completionTokens, jobId, attempt, ...outcome };
}

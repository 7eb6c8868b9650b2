/**
 * Starts a run: prepared first, then stored with its job and the first events of its stream in the caller's
 * transaction.
 */
import type { CreateRunRequest } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import { findIgnoredHints } from '../../../generation/request/hints.ts';
import type { Context } from '../../../operations/context.ts';
import type { ToolResources } from '../../../storage/repositories/assistants.ts';
import type { NewEvent } from '../../../storage/repositories/events.ts';
import type { NewMessage } from '../../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunRecord } from '../../../storage/repositories/runs.ts';
import { findAssistant } from '../../assistants/to-assistant.ts';
import type { Services } from '../../services.ts';
import { lockFreeThread } from '../lock-free-thread.ts';
import { addMessages } from '../messages/add-messages.ts';
import type { AdvanceServices } from './advance-run.ts';
import { RUN_EXPIRY_MS, toDefinition, toTurnSettings } from './definition.ts';
import runTask from './execute.task.ts';
import { toRun } from './to-run.ts';

export type PreparedRun = Omit<RunRecord, 'threadId' | 'jobId'>;

/** @throws ApiError naming the parameter that refers to nothing or that this server does not support. */
export async function prepareRun(
  { repositories, models, ids, clock, tools }: Services,
  body: Omit<CreateRunRequest, 'additional_messages'>,
  { principal, ignore, toolResources = {} }: Pick<Context, 'principal' | 'ignore'> & { toolResources?: ToolResources },
): Promise<PreparedRun> {
  const assistant = await findAssistant(
    repositories.forProject(principal.projectId),
    body.assistant_id,
    'assistant_id',
  );
  await tools.probe(body.tools ?? assistant.tools);
  const definition = toDefinition(body, { assistant, toolResources, registry: tools });
  const model = body.model ?? assistant.model;
  const opened = await models.languageModel(model);
  toTurnSettings(definition, { model: opened, tools });
  for (const name of findIgnoredHints(definition, opened)) ignore(name);
  const createdAt = clock.now();
  return {
    id: ids('run_'),
    projectId: principal.projectId,
    assistantId: assistant.id,
    status: 'queued',
    model,
    definition,
    metadata: body.metadata ?? {},
    ...NEW_RUN,
    apiKeyId: principal.apiKeyId,
    createdAt,
    expiresAt: createdAt + RUN_EXPIRY_MS,
  };
}

const NEW_RUN = {
  open: null,
  calls: [],
  promptTokens: 0,
  completionTokens: 0,
  lastError: null,
  incompleteReason: null,
  attempt: 0,
  startedAt: null,
  cancelledAt: null,
  failedAt: null,
  completedAt: null,
} as const;

/** Messages for the thread, and events for the stream, that precede the run. */
export interface Prelude {
  messages?: readonly NewMessage[];
  events?: readonly NewEvent[];
}

/** @throws ApiError if the thread does not exist or has an active run. */
export async function startRun(
  tx: ProjectRepositories,
  services: AdvanceServices,
  { threadId, prepared, prelude = {} }: { threadId: string; prepared: PreparedRun; prelude?: Prelude },
): Promise<RunRecord> {
  await lockFreeThread(tx, services, { threadId, refuse: errors.activeRun });
  const { messages = [], events = [] } = prelude;
  if (messages.length > 0) await addMessages(tx, services, threadId, messages);
  await tx.threads.beginRun(threadId, prepared.id);
  const jobId = await tx.jobs.enqueue(runTask.job({ threadId, runId: prepared.id }));
  const run: RunRecord = { ...prepared, threadId, jobId };
  await tx.runs.create(run);
  const data = toRun(run);
  const created = [
    { type: 'thread.run.created', data },
    { type: 'thread.run.queued', data },
  ];
  await tx.events.append(run.id, [...events, ...created]);
  return run;
}

/** A run that begins now: prepared first, then kept with its job and its stream's first events in the transaction of whoever starts it. */

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
import { toDefinition, toTurnSettings } from './definition.ts';
import runTask from './execute.task.ts';
import { RUN_EXPIRY_MS } from './expiry.ts';
import { toRun } from './to-run.ts';

export type PreparedRun = Omit<RunRecord, 'threadId' | 'jobId'>;

/** @throws ApiError naming what does not exist or cannot be served. */
export async function prepareRun(
  { repositories, models, ids, clock }: Services,
  body: Omit<CreateRunRequest, 'additional_messages'>,
  { principal, ignore, toolResources = {} }: Pick<Context, 'principal' | 'ignore'> & { toolResources?: ToolResources },
): Promise<PreparedRun> {
  const assistant = await findAssistant(
    repositories.forProject(principal.projectId),
    body.assistant_id,
    'assistant_id',
  );
  const definition = toDefinition(body, assistant, toolResources);
  const model = body.model ?? assistant.model;
  const opened = await models.languageModel(model);
  toTurnSettings(definition, opened);
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
    ...NOTHING_YET,
    apiKeyId: principal.apiKeyId,
    createdAt,
    expiresAt: createdAt + RUN_EXPIRY_MS,
  };
}

const NOTHING_YET = {
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

/** What is added to the thread, and what its stream says, before the run begins. */
export interface Prelude {
  messages?: readonly NewMessage[];
  events?: readonly NewEvent[];
}

/** @throws ApiError where there is no such thread, or another run of it is active. */
export async function startRun(
  inside: ProjectRepositories,
  services: Pick<Services, 'clock' | 'ids'>,
  { threadId, prepared, prelude = {} }: { threadId: string; prepared: PreparedRun; prelude?: Prelude },
): Promise<RunRecord> {
  await lockFreeThread(inside, services, { threadId, refuse: errors.activeRun });
  const { messages = [], events = [] } = prelude;
  if (messages.length > 0) await addMessages(inside, services, threadId, messages);
  await inside.threads.beginRun(threadId, prepared.id);
  const jobId = await inside.jobs.enqueue(runTask.job({ threadId, runId: prepared.id }));
  const run: RunRecord = { ...prepared, threadId, jobId };
  await inside.runs.create(run);
  const data = toRun(run);
  const begun = [
    { type: 'thread.run.created', data },
    { type: 'thread.run.queued', data },
  ];
  await inside.events.append(run.id, [...events, ...begun]);
  return run;
}

/** Starts a response: stores it with its input, its job and the first events of its stream in the caller's transaction. */
import type { Priority } from '../../engines/language-model.ts';
import { errors } from '../../errors/catalogue.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import type { NewResponse, ResponseRecord } from '../../storage/repositories/responses.ts';
import executeTask from './execute.task.ts';
import { toResponse } from './to-response.ts';

export type ResponseStart = Pick<
  NewResponse,
  | 'id'
  | 'model'
  | 'request'
  | 'metadata'
  | 'previousResponseId'
  | 'conversationId'
  | 'background'
  | 'stored'
  | 'apiKeyId'
  | 'createdAt'
> & {
  /** Default `online`. */
  priority?: Priority;
};

/** The fields of a response that a worker has not started. */
export const NEW_RESPONSE = {
  status: 'queued',
  open: null,
  calls: [],
  promptTokens: 0,
  completionTokens: 0,
  cachedTokens: 0,
  reasoningTokens: 0,
  error: null,
  incompleteReason: null,
  attempt: 0,
  endedAt: null,
} as const;

/** Responses of batches do not delay others. */
const JOB_PRIORITIES: Readonly<Record<Priority, number>> = { online: 0, batch: 1 };

/** @throws ApiError naming the parameter if the previous response or the conversation does not exist, or is busy. */
export async function startResponse(
  tx: ProjectRepositories,
  { priority = 'online', ...start }: ResponseStart,
  input: readonly NewItem[],
): Promise<ResponseRecord> {
  const { id, previousResponseId, conversationId } = start;
  const conversationSeq = conversationId === null ? null : await beginInConversation(tx, conversationId, id);
  const jobId = await tx.jobs.enqueue(
    executeTask.job({ responseId: id, priority }, { priority: JOB_PRIORITIES[priority] }),
  );
  const created = await tx.responses.create({ ...start, ...NEW_RESPONSE, conversationSeq, jobId }, input);
  if (created === undefined) throw errors.previousResponseNotFound(previousResponseId ?? '');
  await tx.events.append(id, describeCreated(created));
  return created;
}

async function beginInConversation({ conversations }: ProjectRepositories, conversationId: string, id: string) {
  const seq = await conversations.beginResponse(conversationId, id);
  if (seq !== undefined) return seq;
  const exists = (await conversations.retrieve(conversationId)) !== undefined;
  throw exists
    ? errors.conversationLocked(conversationId)
    : errors.objectNotFound('Conversation', conversationId, 'conversation');
}

/** A response in the background is queued visibly. */
function describeCreated(created: ResponseRecord): NewEvent[] {
  const data = { response: toResponse(created, []) };
  const events = [{ type: 'response.created', data }];
  return created.background ? [...events, { type: 'response.queued', data }] : events;
}

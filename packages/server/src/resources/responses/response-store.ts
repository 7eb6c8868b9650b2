/** The store of the loop for responses: one loop is one response, and its parts are items of the output. */
import type { LoopStore, LoopTransaction, TurnUsage } from '../../generation/loop/loop-store.ts';
import type { TaskContext } from '../../jobs/task.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { ProjectRepositories } from '../../storage/repositories/repositories.ts';
import type { ResponseFields, ResponseRecord } from '../../storage/repositories/responses.ts';
import { createLoopMeter, type LoopMeter } from '../loops/loop-meter.ts';
import type { Services } from '../services.ts';
import { type CallItems, createCallItems } from './call-items.ts';
import { createCompactions } from './compaction/compactions.ts';
import { clientToolsOf } from './definition.ts';
import { endConversation } from './end-conversation.ts';
import { withoutSecrets } from './remote-tools/without-secrets.ts';
import { createResponseHistory } from './response-history.ts';
import { createResponseParts } from './response-parts.ts';
import { toLoopRecord, toResponseFields } from './to-loop-record.ts';
import { hasEnded, toResponse } from './to-response.ts';

export type ResponseServices = Pick<Services, 'clock' | 'ids' | 'models' | 'sealer'>;

/** A response in a transaction. */
export interface ResponseTransaction extends LoopTransaction {
  /** The response as the transition has left it so far. @throws Error before `lock`. */
  response(): ResponseRecord;
}

/** The status event of a response. The API has no event of its own for a cancelled response. */
const STATUS_EVENTS: Partial<Record<ResponseRecord['status'], string>> = {
  in_progress: 'response.in_progress',
  completed: 'response.completed',
  incomplete: 'response.incomplete',
  cancelled: 'response.incomplete',
  failed: 'response.failed',
};

export function createResponseTransaction(
  tx: ProjectRepositories,
  services: ResponseServices,
  { id, calls }: { id: string; calls: CallItems },
): ResponseTransaction {
  let current: ResponseRecord | undefined;
  const response = () => {
    if (current === undefined) throw new Error(`The response ${id} is not locked.`);
    return current;
  };
  const change = (fields: Partial<ResponseFields>) => {
    current = { ...response(), ...fields };
  };
  return {
    response,
    events: tx.events,
    ...createResponseParts({ tx, services, calls, response, change }),
    async lock() {
      current = await tx.responses.lock(id);
      return current === undefined ? undefined : toLoopRecord(current);
    },
    async changeStatus(record) {
      change(toResponseFields(record));
      if (hasEnded(response())) change({ endedAt: services.clock.now() });
      return describeStatus(tx, response());
    },
    async save(record) {
      change(toResponseFields(record));
      if (hasEnded(response())) {
        change({ request: withoutSecrets(response().request) });
        await endConversation(tx, response());
      }
      const { stored } = response();
      if (hasEnded(response()) && !stored) await tx.responses.delete(id);
      else await tx.responses.update(id, toFields(response()));
    },
    listServerCalls: () => listServerCalls(tx, id),
    async meter(usage) {
      change(sumDetails(response(), usage));
      await createResponseMeter(services, response())(tx, usage);
    },
  };
}

async function describeStatus({ responseItems }: ProjectRepositories, response: ResponseRecord): Promise<NewEvent[]> {
  const type = STATUS_EVENTS[response.status];
  if (type === undefined) return [];
  return [{ type, data: { response: toResponse(response, await responseItems.listOutput(response.id)) } }];
}

function sumDetails({ cachedTokens, reasoningTokens }: ResponseRecord, { tokens }: TurnUsage) {
  return {
    cachedTokens: cachedTokens + tokens.cachedTokens,
    reasoningTokens: reasoningTokens + tokens.reasoningTokens,
  };
}

function toFields(response: ResponseRecord): ResponseFields {
  const { status, request, open, calls, promptTokens, completionTokens, cachedTokens, reasoningTokens } = response;
  const { error, incompleteReason, jobId, attempt, endedAt } = response;
  const tokens = { promptTokens, completionTokens, cachedTokens, reasoningTokens };
  return { status, request, open, calls, ...tokens, error, incompleteReason, jobId, attempt, endedAt };
}

/** The store of a response for the job that executes it. */
export function createResponseStore(
  { repositories, finish }: Pick<TaskContext<ProjectRepositories>, 'repositories' | 'finish'>,
  services: ResponseServices & Pick<Services, 'sealer'>,
  response: ResponseRecord,
): LoopStore {
  const { id } = response;
  const calls = createCallItems(clientToolsOf(response));
  return {
    id,
    history: createResponseHistory(repositories, response, createCompactions(services, response.projectId)),
    transaction(work, { endsJob = false } = {}) {
      const transaction = endsJob ? finish : repositories.transaction;
      return transaction((tx) => work(createResponseTransaction(tx, services, { id, calls })));
    },
    listServerCalls: (options) => listServerCalls(repositories, id, options),
  };
}

export function createResponseMeter(services: ResponseServices, { apiKeyId, model }: ResponseRecord): LoopMeter {
  return createLoopMeter(services, { apiKeyId, operationId: 'responses.create', model });
}

async function listServerCalls(
  { responseItems }: ProjectRepositories,
  id: string,
  { sinceMessage = false } = {},
): Promise<ModelCall[]> {
  const items = await responseItems.listOutput(id);
  const from = sinceMessage ? items.findLastIndex(({ data }) => data['type'] === 'message') + 1 : 0;
  return items.slice(from).flatMap(({ call }) => (call === undefined ? [] : [call]));
}

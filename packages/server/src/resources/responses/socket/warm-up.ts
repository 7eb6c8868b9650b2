/**
 * `generate: false`: prepares a request without an answer. The model reads the prompt, so that the next turn starts
 * faster, and the next request continues the prepared one by its id.
 */
import { type CreateResponse, type ResponseStreamEvent, responses } from '@selfsame/contract';
import { errors } from '../../../errors/catalogue.ts';
import type { Caller } from '../../../operations/invocation.ts';
import type { NewItem } from '../../../storage/repositories/response-items.ts';
import type { ResponseRecord } from '../../../storage/repositories/responses.ts';
import type { Services } from '../../services.ts';
import { prepareResponse } from '../prepare-response.ts';
import { NEW_RESPONSE } from '../start-response.ts';
import { toResponse } from '../to-response.ts';

/** The parameters that the prompt follows from. */
const COUNTED = [
  'model',
  'input',
  'instructions',
  'previous_response_id',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'text',
  'reasoning',
] as const;

/** @throws ApiError as `responses.create`. */
export async function* warmUp(
  services: Services,
  body: CreateResponse,
  caller: Caller,
): AsyncGenerator<ResponseStreamEvent> {
  services.validator.body(responses.create, body, 'json');
  const why = 'A request without an answer adds nothing to a conversation.';
  if (body.conversation != null) throw errors.unsupportedParameter('conversation', why);
  const { principal, onIgnored } = caller;
  const context = { ...caller, ignore: (param: string) => onIgnored?.(param) };
  const { start, input } = await prepareResponse(services, body, context);
  const promptTokens = await countTokens(services, body, caller);
  const { priority: _priority, ...fields } = start;
  const idle = { ...NEW_RESPONSE, conversationSeq: null, jobId: null, promptTokens };
  const record = { ...fields, ...idle, projectId: principal.projectId, endedAt: services.clock.now() };
  const completed = { ...record, status: 'completed' as const };
  const active = toResponse({ ...record, status: 'in_progress' as const }, []);
  const events = [
    { type: 'response.created', data: { response: active } },
    { type: 'response.in_progress', data: { response: active } },
    { type: 'response.completed', data: { response: toResponse(completed, []) } },
  ];
  if (completed.stored) await store(services, completed, { input, events });
  for (const [index, { type, data }] of events.entries()) {
    yield { type, sequence_number: index, ...data } as ResponseStreamEvent;
  }
}

/** The model counts the prompt after it has read it. */
async function countTokens(services: Services, body: CreateResponse, caller: Caller): Promise<number> {
  const counted = Object.fromEntries(COUNTED.flatMap((name) => (body[name] == null ? [] : [[name, body[name]]])));
  const input = { params: {}, query: {}, body: counted, encoding: 'json' as const };
  const outcome = await services.invoke(responses.inputTokens.count.id, input, caller);
  return outcome.kind === 'object' ? (outcome.value as { input_tokens: number }).input_tokens : 0;
}

interface Prepared {
  input: readonly NewItem[];
  events: { type: string; data: object }[];
}

async function store({ repositories }: Services, record: ResponseRecord, { input, events }: Prepared): Promise<void> {
  await repositories.forProject(record.projectId).transaction(async (tx) => {
    const { projectId: _projectId, ...fields } = record;
    const created = await tx.responses.create(fields, input);
    if (created === undefined) throw errors.previousResponseNotFound(record.previousResponseId ?? '');
    await tx.events.append(record.id, events, { end: true });
  });
}

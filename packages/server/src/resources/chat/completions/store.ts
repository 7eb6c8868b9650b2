/** `store: true`: stores the completion and the messages of its request before the response ends. */
import type { BodyOf, CreateChatCompletionResponse, chat } from '@selfsame/contract';
import type { Context } from '../../../operations/context.ts';
import type { Services } from '../../services.ts';

type Body = BodyOf<typeof chat.completions.create>;

export async function storeCompletion(
  { repositories, clock }: Services,
  body: Body,
  {
    completion,
    context,
  }: { completion: CreateChatCompletionResponse; context: Pick<Context, 'principal' | 'requestId'> },
): Promise<void> {
  const { chatCompletions } = repositories.forProject(context.principal.projectId);
  const { id, model } = completion;
  const record = {
    id,
    model,
    requestedModel: body.model,
    completion: { ...completion, request_id: context.requestId, ...echoOf(body) },
    metadata: body.metadata ?? {},
    createdAt: clock.now(),
  };
  await chatCompletions.create(record, body.messages);
}

/** Fields of the request that the stored object has. */
function echoOf(body: Body) {
  return {
    tool_choice: body.tool_choice ?? null,
    tools: body.tools ?? null,
    seed: body.seed ?? null,
    top_p: body.top_p ?? 1,
    temperature: body.temperature ?? 1,
    presence_penalty: body.presence_penalty ?? 0,
    frequency_penalty: body.frequency_penalty ?? 0,
    input_user: body.user ?? null,
    response_format: body.response_format ?? null,
  };
}

/** Yields the same events. Calls `atEnd` with all of them before it yields the last one. */
export async function* whenComplete<E>(
  events: AsyncIterable<E>,
  atEnd: (events: readonly E[]) => Promise<void>,
): AsyncGenerator<E> {
  const seen: E[] = [];
  for await (const event of events) {
    const last = seen.at(-1);
    if (last !== undefined) yield last;
    seen.push(event);
  }
  await atEnd(seen);
  const last = seen.at(-1);
  if (last !== undefined) yield last;
}

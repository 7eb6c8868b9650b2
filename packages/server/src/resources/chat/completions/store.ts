/** `store: true`: the completion is kept, with the messages that it answers, before its caller has all of it. */
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

/** What the stored object says of its request. */
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

/** The same events; when all are there `atEnd` is given them, and the last one is passed on only after that. */
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

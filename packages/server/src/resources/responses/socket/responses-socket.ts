/**
 * `/v1/responses` over a WebSocket: every `response.create` is answered with the events of a streamed response. Events
 * with the same `stream_id`, and those without one, are answered one after another.
 */
import { type CreateResponse, type Response, responses } from '@selfsame/contract';
import { ApiError, toErrorBody } from '../../../errors/api-error.ts';
import { errors } from '../../../errors/catalogue.ts';
import type { Caller } from '../../../operations/invocation.ts';
import type { SocketCall, SocketMount, SocketSession } from '../../../operations/socket.ts';
import type { Services } from '../../services.ts';
import { type CreateEvent, streamIdOf, toCreateEvent } from './to-create-event.ts';
import { createUnstoredResponses, type UnstoredResponses } from './unstored-responses.ts';
import { warmUp } from './warm-up.ts';

const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
const MAX_LIFE_MINUTES = 60;
const MS_PER_MINUTE = 60_000;
/** Streams with unanswered events, and unanswered events, per connection. */
const MAX_STREAMS = 32;
const MAX_EVENTS = 128;

export function createResponsesSocket(services: Services): SocketMount {
  return {
    path: '/v1/responses',
    maxMessageBytes: MAX_MESSAGE_BYTES,
    maxLifeMs: MAX_LIFE_MINUTES * MS_PER_MINUTE,
    lifeEnded: () => errors.socketLifeEnded(MAX_LIFE_MINUTES),
    toErrorEvent: (error) => toErrorEvent(error, undefined),
    open: (call) => openSession(services, call),
  };
}

function toErrorEvent(error: ApiError, streamId: string | undefined) {
  return { type: 'error' as const, status: error.status, ...toErrorBody(error), ...toStream(streamId) };
}

export type SocketErrorEvent = ReturnType<typeof toErrorEvent>;

const toStream = (streamId: string | undefined) => (streamId === undefined ? {} : { stream_id: streamId });

interface Session {
  services: Services;
  call: SocketCall;
  unstored: UnstoredResponses;
}

function openSession(services: Services, call: SocketCall): SocketSession {
  const session: Session = { services, call, unstored: createUnstoredResponses() };
  /** By stream: the end of its last answer. */
  const streams = new Map<string, Promise<void>>();
  let events = 0;
  const admit = (event: unknown): CreateEvent => {
    const asked = toCreateEvent(event);
    if (events >= MAX_EVENTS) throw errors.socketQueueLimit(MAX_EVENTS);
    if (!streams.has(asked.streamId ?? '') && streams.size >= MAX_STREAMS) throw errors.socketStreamLimit(MAX_STREAMS);
    return asked;
  };
  const enqueue = (asked: CreateEvent) => {
    const stream = asked.streamId ?? '';
    events += 1;
    const answered = (streams.get(stream) ?? Promise.resolve()).then(() => answer(session, asked));
    const ended = answered.finally(() => {
      events -= 1;
      if (streams.get(stream) === ended) streams.delete(stream);
    });
    streams.set(stream, ended);
  };
  return {
    receive(event) {
      try {
        enqueue(admit(event));
      } catch (error) {
        void call.send(toErrorEvent(error as ApiError, streamIdOf(event)));
      }
    },
    async idle() {
      while (streams.size > 0) await Promise.all(streams.values());
    },
  };
}

/** Never throws. */
async function answer(session: Session, { streamId, generates, body: asked }: CreateEvent): Promise<void> {
  const { services, call, unstored } = session;
  const { signal } = call;
  if (signal.aborted) return;
  const requestId = call.newRequestId();
  const previousId = asked.previous_response_id ?? null;
  try {
    const principal = await call.authenticate();
    const body = unstored.expand(asked);
    const caller: Caller = { requestId, principal, signal, priority: 'online' };
    const events = generates ? await create(services, body, caller) : warmUp(services, body, caller);
    let last: Response | undefined;
    for await (const event of events) {
      const shown = 'response' in event ? withPrevious(event as { response: Response }, previousId) : event;
      if ('response' in shown) last = shown.response as Response;
      await call.send({ ...shown, ...toStream(streamId) });
    }
    if (last !== undefined && body.store === false && last.status !== 'failed') unstored.keep(body, last);
    if (last?.status === 'failed' && previousId !== null) unstored.forget(previousId);
  } catch (error) {
    if (signal.aborted) return;
    if (previousId !== null) unstored.forget(previousId);
    const known = error instanceof ApiError ? error : errors.internal(requestId, error);
    await call.send(toErrorEvent(known, streamId));
  }
}

async function create(services: Services, body: CreateResponse, caller: Caller): Promise<AsyncIterable<object>> {
  const input = { params: {}, query: {}, body: { ...body, stream: true }, encoding: 'json' as const };
  const outcome = await services.invoke(responses.create.id, input, caller);
  if (outcome.kind !== 'events') throw new Error('A streamed response has no events.');
  return outcome.events as AsyncIterable<object>;
}

/** The response names the response that the client continued, also if it was not stored. */
function withPrevious<E extends { response: Response }>(event: E, previousId: string | null): E {
  return { ...event, response: { ...event.response, previous_response_id: previousId } };
}

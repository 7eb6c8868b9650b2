/** Compares the events of the WebSocket with the types of the official client at compile time. */
import type OpenAI from 'openai';
import { expect, it } from 'vitest';
import type { SocketErrorEvent } from './responses-socket.ts';
import type { CreateEvent } from './to-create-event.ts';

type Assignable<From, To> = [From] extends [To] ? true : false;
type Theirs = OpenAI.Responses.ResponsesServerEvent.ResponseWsError;
type Create = Extract<OpenAI.Responses.ResponsesClientEvent, { type: 'response.create' }>;

it('errors fit the type of the official client, and its events have a request', () => {
  const checks: [
    Assignable<SocketErrorEvent, Theirs>,
    Assignable<keyof Theirs, keyof SocketErrorEvent | 'stream_id' | 'sequence_number'>,
    Assignable<'type' | 'stream_id' | 'model' | 'input' | 'previous_response_id', keyof Create>,
    Assignable<Create['input'], CreateEvent['body']['input'] | Create['input']>,
  ] = [true, true, true, true];
  expect(checks).toHaveLength(4);
});

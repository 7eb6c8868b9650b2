/**
 * Two generations of the official JavaScript client, and `@selfsame/client`, as one type with the methods that all have.
 */
import OpenAI from 'openai';
import OpenAI4 from 'openai-v4';
import OpenAI447 from 'openai-v4-47';
import { callPath, OfficialSelfsame, SelfsameForAssistants } from './selfsame-client.ts';

export type Client = OpenAI;
export type ClientClass = typeof OpenAI;

export interface ClientGeneration {
  name: string;
  Client: ClientClass;
  /** The streaming helper, which moved out of `beta` after version 4. */
  stream(client: Client): OpenAI['chat']['completions']['stream'];
  /** Calls a known part of the API that the server does not serve. */
  callUnserved(client: Client): Promise<unknown>;
  /** The request id that the client gives to the caller of `withResponse()`. */
  requestIdOf(result: { data: unknown; response: unknown }): unknown;
}

const callFineTuning = async (client: Client) => await client.fineTuning.jobs.list();
const requestIdOfData = ({ data }: { data: unknown }) => (data as { _request_id: string })._request_id;

export const GENERATIONS: readonly ClientGeneration[] = [
  {
    name: 'openai 7',
    Client: OpenAI,
    stream: (client) => client.chat.completions.stream.bind(client.chat.completions),
    callUnserved: callFineTuning,
    requestIdOf: requestIdOfData,
  },
  {
    name: 'openai 4',
    // The types differ only in parts that these tests do not use; tests of the contract check both.
    Client: OpenAI4 as unknown as ClientClass,
    stream: (client) => {
      const { completions } = (client as unknown as OpenAI4).beta.chat;
      return completions.stream.bind(completions) as unknown as OpenAI['chat']['completions']['stream'];
    },
    callUnserved: callFineTuning,
    requestIdOf: requestIdOfData,
  },
  {
    name: '@selfsame/client',
    // The tests of the client compare its requests with those of the official one.
    Client: OfficialSelfsame as unknown as ClientClass,
    stream: (client) => client.chat.completions.stream.bind(client.chat.completions),
    callUnserved: (client) => callPath(client as unknown as OfficialSelfsame, '/fine_tuning/jobs'),
    requestIdOf: (result) => (result as unknown as { requestId: string }).requestId,
  },
];

export interface AssistantsGeneration {
  name: string;
  Client: typeof OpenAI4;
  /** Version 4.47 does not send lists in queries, and its helper keeps only the first part of a streamed list. */
  lists: boolean;
}

/**
 * Clients of applications of the Assistants API: from the first weeks of version 2 of the API, the last release of that
 * line, and `@selfsame/client`.
 */
export const ASSISTANTS_GENERATIONS: readonly AssistantsGeneration[] = [
  { name: 'openai 4.104', Client: OpenAI4, lists: true },
  // Its types have fewer fields; both have the methods that the tests call.
  { name: 'openai 4.47', Client: OpenAI447 as unknown as typeof OpenAI4, lists: false },
  { name: '@selfsame/client', Client: SelfsameForAssistants as unknown as typeof OpenAI4, lists: true },
];

/** Returns the error of a rejected call. Throws if the call succeeds. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const answer = await call.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in answer) return answer.error;
  throw new Error(`expected a failure, but the call answered ${JSON.stringify(answer.value)}`);
}

interface Deletes {
  delete?(id: string): Promise<unknown>;
  /** Its name in version 4. */
  del?(id: string): Promise<unknown>;
}

/** Deletes an object by id through any generation. */
export async function deleteById(resource: object, id: string): Promise<unknown> {
  const deletes = resource as Deletes;
  return deletes.delete === undefined ? deletes.del?.(id) : deletes.delete(id);
}

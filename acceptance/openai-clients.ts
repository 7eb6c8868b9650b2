/** The two generations of the official JavaScript client, as one type: what a test calls here exists in both under the same name. */
import OpenAI from 'openai';
import OpenAI4 from 'openai-v4';

export type Client = OpenAI;
export type ClientClass = typeof OpenAI;

export interface ClientGeneration {
  name: string;
  Client: ClientClass;
  /** The streaming helper, which moved out of `beta` after version 4. */
  stream(client: Client): OpenAI['chat']['completions']['stream'];
}

export const GENERATIONS: readonly ClientGeneration[] = [
  {
    name: 'openai 7',
    Client: OpenAI,
    stream: (client) => client.chat.completions.stream.bind(client.chat.completions),
  },
  {
    name: 'openai 4',
    // Their types differ in what these tests do not touch; that our answers fit both is the contract's own test.
    Client: OpenAI4 as unknown as ClientClass,
    stream: (client) => {
      const { completions } = (client as unknown as OpenAI4).beta.chat;
      return completions.stream.bind(completions) as unknown as OpenAI['chat']['completions']['stream'];
    },
  },
];

/** What a rejected call was rejected with. Throws when the call succeeds. */
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

/** Deletes an object by id through either generation. */
export async function deleteById(resource: object, id: string): Promise<unknown> {
  const deletes = resource as Deletes;
  return deletes.delete === undefined ? deletes.del?.(id) : deletes.delete(id);
}

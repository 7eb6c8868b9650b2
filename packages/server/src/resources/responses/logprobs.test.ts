import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { openTestClient } from '../../start/testing/test-client.ts';

const { client } = await openTestClient();

const INPUT = 'one two three';
const WANTED = { include: ['message.output_text.logprobs' as const], top_logprobs: 2 };

interface Token {
  token: string;
  logprob: number;
  bytes: number[];
  top_logprobs: { token: string; logprob: number; bytes: number[] }[];
}

function tokensOf({ output }: OpenAI.Responses.Response): Token[] {
  const [message] = output;
  const [part] = message?.type === 'message' ? message.content : [];
  return part?.type === 'output_text' ? (part.logprobs ?? []) : [];
}

describe('log probabilities of a response', () => {
  it('belong to the tokens of the text, with alternatives', async () => {
    const response = await client.responses.create({ model: 'scripted', input: INPUT, ...WANTED });
    const tokens = tokensOf(response);
    expect(tokens.map(({ token }) => token).join('')).toBe(INPUT);
    for (const { logprob, bytes, top_logprobs: top } of tokens) {
      expect(logprob).toBeLessThanOrEqual(0);
      expect(bytes.length).toBeGreaterThan(0);
      expect(top).toHaveLength(2);
    }
    const chat = await client.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: INPUT }],
      logprobs: true,
      top_logprobs: 2,
    });
    expect(tokens).toEqual(chat.choices[0]?.logprobs?.content);
    expect(tokensOf(await client.responses.retrieve(response.id))).toEqual(tokens);
  });

  it('are the same in the deltas, the end of the text and the item', async () => {
    const stream = await client.responses.create({ model: 'scripted', input: INPUT, ...WANTED, stream: true });
    const events = await Array.fromAsync(stream);
    const deltas = events.flatMap((event) => (event.type === 'response.output_text.delta' ? event.logprobs : []));
    const done = events.find((event) => event.type === 'response.output_text.done');
    const last = events.at(-1);
    const tokens = last?.type === 'response.completed' ? tokensOf(last.response) : [];
    expect(tokens.length).toBeGreaterThan(0);
    expect(deltas).toEqual(tokens);
    expect(done?.logprobs).toEqual(tokens);
  });

  it('are left out unless the request asks for them', async () => {
    expect(tokensOf(await client.responses.create({ model: 'scripted', input: INPUT }))).toEqual([]);
    const one = await client.responses.create({ model: 'scripted', input: INPUT, top_logprobs: 1 });
    expect(tokensOf(one)[0]?.top_logprobs).toHaveLength(1);
  });
});

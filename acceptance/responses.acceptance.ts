/** Responses through the official clients, `@selfsame/client`, the AI SDK and LangChain, on the built-in model. */
import { join } from 'node:path';
import { createOpenAI } from '@ai-sdk/openai';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, streamText } from 'ai';
import OpenAI from 'openai';
import { zodResponsesFunction, zodTextFormat } from 'openai/helpers/zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod/v4';
import { deleteById, failureOf, GENERATIONS } from './openai-clients.ts';
import { REPOSITORY, type ServerProcess, startServer } from './server.ts';

const Person = z.object({ name: z.string().max(20), age: z.int().min(0).max(150), mood: z.enum(['good', 'bad']) });
const model = 'selfsame-nano';
const input = 'Ada is 36 years old and in a good mood. Give me her name, age and mood.';

let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  const file = join(REPOSITORY, 'models/nano/selfsame-nano.gguf');
  server = await startServer({ model: file, settings: { SELFSAME_CHECK_RESPONSES: 'true' } });
  client = new OpenAI({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => server.stop());

describe('the official client', () => {
  it('parses a structured response', async () => {
    const text = { format: zodTextFormat(Person, 'person') };
    const response = await client.responses.parse({ model, input, text, temperature: 0 });
    expect(response.status).toBe('completed');
    expect(Person.parse(response.output_parsed)).toEqual(response.output_parsed);
  });

  it('returns the same structured response from its stream helper', async () => {
    const text = { format: zodTextFormat(Person, 'person') };
    const request = { model, input, text, temperature: 0 };
    const streamed = await client.responses.stream(request).finalResponse();
    const plain = await client.responses.parse(request);
    expect(streamed.output_parsed).toEqual(plain.output_parsed);
  });

  it('parses the arguments of strict functions and continues with their output', async () => {
    const tools = [zodResponsesFunction({ name: 'save_person', parameters: Person, description: 'Save a person' })];
    const first = await client.responses.parse({ model, input, tools, tool_choice: 'required', temperature: 0 });
    const call = first.output.find((item) => item.type === 'function_call');
    expect(Person.safeParse(call?.parsed_arguments).success).toBe(true);
    const outputs = first.output.flatMap((item) =>
      item.type === 'function_call'
        ? [{ type: 'function_call_output' as const, call_id: item.call_id, output: 'saved' }]
        : [],
    );
    const more = { tools, previous_response_id: first.id, tool_choice: 'none' as const, max_output_tokens: 32 };
    const second = await client.responses.create({ model, input: outputs, ...more });
    expect(['completed', 'incomplete']).toContain(second.status);
    expect(second.output[0]?.type).toBe('message');
  });
});

describe.each(GENERATIONS)('responses with $name', ({ Client }) => {
  it('creates, streams, continues, lists the input of, and deletes a response', async () => {
    const { responses } = new Client({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });
    const settings = { model, input, max_output_tokens: 24, temperature: 0 };
    const response = await responses.create(settings);
    expect(response.output_text).not.toBe('');
    let text = '';
    for await (const event of await responses.create({ ...settings, stream: true })) {
      if (event.type === 'response.output_text.delta') text += event.delta;
    }
    expect(text).toBe(response.output_text);
    expect((await responses.retrieve(response.id)).output).toEqual(response.output);
    const next = await responses.create({ ...settings, input: 'And her age?', previous_response_id: response.id });
    expect(next.previous_response_id).toBe(response.id);
    expect((await responses.inputItems.list(response.id)).data).toHaveLength(1);
    await deleteById(responses, response.id);
    expect(await failureOf(Promise.resolve(responses.retrieve(response.id)))).toMatchObject({ status: 404 });
  });
});

describe('the AI SDK', () => {
  it('generates and streams text over responses', async () => {
    const provider = createOpenAI({ baseURL: server.baseURL, apiKey: 'any' });
    const settings = { model: provider.responses(model), prompt: input, maxOutputTokens: 24, maxRetries: 0 };
    const { text } = await generateText(settings);
    expect(text).not.toBe('');
    let streamed = '';
    for await (const piece of streamText(settings).textStream) streamed += piece;
    expect(streamed).not.toBe('');
  });
});

describe('LangChain', () => {
  it('invokes and streams a model over responses', async () => {
    const configuration = { baseURL: server.baseURL };
    const chat = new ChatOpenAI({ model, apiKey: 'any', configuration, useResponsesApi: true, maxTokens: 24 });
    const answer = await chat.invoke(input);
    expect(answer.text).not.toBe('');
    let streamed = '';
    for await (const chunk of await chat.stream(input)) streamed += chunk.text;
    expect(streamed).not.toBe('');
  });
});

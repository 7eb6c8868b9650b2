/** Structured output through the helpers of each client, on the built-in model. */
import { execFile, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { ChatOpenAI } from '@langchain/openai';
import { generateObject } from 'ai';
import OpenAI from 'openai';
import { zodFunction, zodResponseFormat } from 'openai/helpers/zod';
import OpenAI4 from 'openai-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod/v4';
import { GENERATIONS } from './openai-clients.ts';
import { REPOSITORY, type ServerProcess, startServer } from './server.ts';

const Person = z.object({
  name: z.string().max(20),
  age: z.int().min(0).max(150),
  mood: z.enum(['good', 'bad']),
  tags: z.array(z.string().max(8)).max(2),
  mail: z.union([z.email().max(30), z.null()]),
});
const model = 'selfsame-nano';
const prompt = 'Ada is 36 years old and in a good mood. Give me her name, age and mood.';
const messages = [{ role: 'user' as const, content: prompt }];

let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  const file = join(REPOSITORY, 'models/nano/selfsame-nano.gguf');
  server = await startServer({ model: file, settings: { SELFSAME_CHECK_RESPONSES: 'true' } });
  client = new OpenAI({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => server.stop());

describe('the official client', () => {
  const request = { model, messages, response_format: zodResponseFormat(Person, 'person'), temperature: 0 };

  it('parses a structured answer', async () => {
    const { choices } = await client.chat.completions.parse(request);
    expect(choices[0]?.finish_reason).toBe('stop');
    expect(Person.parse(choices[0]?.message.parsed)).toEqual(choices[0]?.message.parsed);
  });

  it('parses a streamed structured answer', async () => {
    const stream = client.chat.completions.stream(request);
    const { choices } = await stream.finalChatCompletion();
    const plain = await client.chat.completions.parse(request);
    expect(choices[0]?.message.parsed).toEqual(plain.choices[0]?.message.parsed);
  });

  it('parses arguments of strict functions', async () => {
    const tools = [zodFunction({ name: 'save_person', parameters: Person, description: 'Save a person' })];
    const asked = { model, messages, tools, tool_choice: 'required' as const, parallel_tool_calls: false };
    const { choices } = await client.chat.completions.parse({ ...asked, temperature: 0 });
    const [call] = choices[0]?.message.tool_calls ?? [];
    const parsed = call?.type === 'function' ? call.function.parsed_arguments : undefined;
    expect(Person.safeParse(parsed).success).toBe(true);
  });
});

describe.each(GENERATIONS)('structured output with $name', ({ Client }) => {
  const connect = () => new Client({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });

  it('returns an answer that matches a strict schema, also in a stream', async () => {
    const request = { model, messages, response_format: zodResponseFormat(Person, 'person'), temperature: 0 };
    const [choice] = (await connect().chat.completions.create(request)).choices;
    expect(Person.safeParse(JSON.parse(choice?.message.content ?? '')).success).toBe(true);
    const chunks = await Array.fromAsync(await connect().chat.completions.create({ ...request, stream: true }));
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe(choice?.message.content);
  });

  it('refuses a strict schema with the path of a keyword that cannot be enforced', async () => {
    const list = { type: 'array', items: { type: 'integer' }, uniqueItems: true };
    const schema = { type: 'object', properties: { a: list }, required: ['a'], additionalProperties: false };
    const asked = connect().chat.completions.create({
      model,
      messages,
      response_format: { type: 'json_schema', json_schema: { name: 'a', schema, strict: true } },
    });
    await expect(asked).rejects.toMatchObject({ status: 400, code: 'invalid_json_schema', param: 'response_format' });
    await expect(asked).rejects.toThrow('/properties/a/uniqueItems');
  });

  it('names the keyword of a schema without strict that it does not enforce in a header', async () => {
    const items = { type: 'integer', minimum: 0, maximum: 9 };
    const schema = {
      type: 'object',
      properties: { a: { type: 'array', items, maxItems: 3, uniqueItems: true } },
      required: ['a'],
      additionalProperties: false,
    };
    const { data, response } = await connect()
      .chat.completions.create({
        model,
        messages,
        temperature: 0,
        response_format: { type: 'json_schema', json_schema: { name: 'a', schema } },
      })
      .withResponse();
    expect(response.headers.get('x-selfsame-ignored')).toMatch(/uniqueItems/);
    expect(JSON.parse(data.choices[0]?.message.content ?? '')).toEqual({ a: expect.any(Array) });
  });

  it('calls custom tools whose input matches their pattern or their grammar', async () => {
    const tool = (syntax: 'regex' | 'lark', definition: string) => ({
      type: 'custom' as const,
      custom: {
        name: 'set_alarm',
        description: 'Set an alarm',
        format: { type: 'grammar' as const, grammar: { syntax, definition } },
      },
    });
    const pattern = '([01][0-9]|2[0-3]):[0-5][0-9]';
    const grammar =
      'start: HOUR ":" MINUTE\nHOUR: /[01][0-9]/ | "2" "0".."3"\nMINUTE: "0".."5" DIGIT\n%import common.DIGIT';
    for (const tools of [[tool('regex', pattern)], [tool('lark', grammar)]]) {
      const asked = { model, messages, tools, tool_choice: 'required' as const };
      const { choices } = await connect().chat.completions.create({ ...asked, parallel_tool_calls: false });
      const [call] = choices[0]?.message.tool_calls ?? [];
      expect(call?.type === 'custom' ? call.custom.input : '').toMatch(new RegExp(`^${pattern}$`));
    }
  });
});

describe('an older client', () => {
  it('calls functions in the older form', async () => {
    const older = new OpenAI4({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });
    const parameters = { type: 'object', properties: { city: { type: 'string', maxLength: 20 } }, required: ['city'] };
    const functions = [{ name: 'get_weather', description: 'Get the weather', parameters }];
    const asked = { model, messages, functions, function_call: { name: 'get_weather' }, temperature: 0 };
    const { choices } = await older.chat.completions.create(asked);
    expect(choices[0]?.finish_reason).toBe('function_call');
    const { name, arguments: text } = choices[0]?.message.function_call ?? { name: '', arguments: '' };
    expect([name, Object.keys(JSON.parse(text) as object)]).toEqual(['get_weather', ['city']]);
    const result = { role: 'function' as const, name, content: '{"temperature": 11}' };
    const history = [
      ...messages,
      { role: 'assistant' as const, content: null, function_call: { name, arguments: text } },
      result,
    ];
    const completion = await older.chat.completions.create({ model, messages: history, functions, max_tokens: 40 });
    expect(completion.choices[0]?.message.role).toBe('assistant');
  });
});

describe('the AI SDK', () => {
  it.each(['@ai-sdk/openai', '@ai-sdk/openai-compatible'])('the AI SDK generates an object with %s', async (name) => {
    const { baseURL } = server;
    const compatible = createOpenAICompatible({ name: 'selfsame', baseURL, supportsStructuredOutputs: true });
    const provider =
      name === '@ai-sdk/openai' ? createOpenAI({ baseURL, apiKey: 'any' }).chat(model) : compatible(model);
    const { object } = await generateObject({ model: provider, schema: Person, prompt, temperature: 0 });
    expect(Person.safeParse(object).success).toBe(true);
  });
});

describe('LangChain', () => {
  it.each(['jsonSchema', 'functionCalling'] as const)(
    'returns a structured answer with LangChain by %s',
    async (method) => {
      const chat = new ChatOpenAI({
        model,
        apiKey: 'any',
        configuration: { baseURL: server.baseURL },
        maxRetries: 0,
        temperature: 0,
      });
      const answer: unknown = await chat.withStructuredOutput(Person, { name: 'person', method }).invoke(prompt);
      expect(Person.safeParse(answer).success).toBe(true);
    },
  );
});

const hasPython = spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;
const PYTHON_TIMEOUT_MS = 300_000;

describe.runIf(hasPython)('the official Python client', () => {
  it('the Python client parses answers and arguments', { timeout: PYTHON_TIMEOUT_MS }, async () => {
    const env = {
      ...process.env,
      SELFSAME_TEST_PROFILE: 'real',
      SELFSAME_TEST_MODEL_ID: model,
      SELFSAME_TEST_API_KEY: 'any',
      PYTEST_ADDOPTS: '-k structured',
    };
    const script = join(REPOSITORY, 'acceptance/python/run.sh');
    const { stdout } = await promisify(execFile)('sh', [script, server.url], { env });
    expect(stdout).toContain('2 passed');
  });
});

/** Tool loops of the clients: the model calls, the client runs the function, the model answers with its result. */
import { join } from 'node:path';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { type AIMessage, HumanMessage, ToolMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { generateText, jsonSchema, stepCountIs, streamText, tool } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientGeneration, GENERATIONS } from './openai-clients.ts';
import { REPOSITORY, type ServerProcess, startServer } from './server.ts';
import { ask, scripted, target } from './target.ts';

const { baseURL, apiKey, model } = target;

const parameters = {
  type: 'object' as const,
  properties: { city: { type: 'string' as const } },
  required: ['city'],
  additionalProperties: false as const,
};
const calls = [
  { name: 'weather', arguments: { city: 'Oslo' } },
  { name: 'weather', arguments: { city: 'Rome' } },
];
const question = ask('What is the weather in Oslo and Rome?', { calls });

/** The inputs that the function received, and its output. */
function createWeather() {
  const asked: string[] = [];
  const weather = ({ city }: { city: string }) => {
    asked.push(city);
    return `${city}: 11 degrees`;
  };
  return { asked, weather };
}

// The scripted engine echoes the last tool message, if there is one.
describe.runIf(scripted)('the official client', () => {
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
  const toParams = (weather: (args: { city: string }) => string) => ({
    model,
    messages: question,
    tools: [
      {
        type: 'function' as const,
        function: {
          name: 'weather',
          description: 'The weather of a town',
          parameters,
          parse: JSON.parse as (text: string) => { city: string },
          function: weather,
        },
      },
    ],
  });

  it('runs tools in a loop', async () => {
    const { asked, weather } = createWeather();
    const runner = client.chat.completions.runTools(toParams(weather));
    expect(await runner.finalContent()).toBe('Rome: 11 degrees');
    expect(asked).toEqual(['Oslo', 'Rome']);
    expect(runner.messages.map((message) => message.role)).toEqual(['user', 'assistant', 'tool', 'tool', 'assistant']);
  });

  it('runs tools in a loop over streams', async () => {
    const { asked, weather } = createWeather();
    const runner = client.chat.completions.runTools({ ...toParams(weather), stream: true });
    expect(await runner.finalContent()).toBe('Rome: 11 degrees');
    expect(asked).toEqual(['Oslo', 'Rome']);
  });
});

describe.runIf(scripted).each(GENERATIONS)('tools with $name', ({ Client, stream: streamOf }) => {
  it('assembles streamed calls', async () => {
    const client = new Client({ baseURL, apiKey, maxRetries: 0 });
    const tools = [{ type: 'function' as const, function: { name: 'weather', parameters } }];
    const stream = streamOf(client)({ model, messages: question, tools });
    const { tool_calls: made = [] } = (await stream.finalChatCompletion()).choices[0]?.message ?? {};
    expect(made.map((call) => call.type === 'function' && JSON.parse(call.function.arguments))).toEqual(
      calls.map((call) => call.arguments),
    );
  });
});

describe.runIf(scripted)('the AI SDK', () => {
  const models = [
    ['@ai-sdk/openai', createOpenAI({ baseURL, apiKey }).chat(model)],
    ['@ai-sdk/openai-compatible', createOpenAICompatible({ name: 'selfsame', baseURL, apiKey })(model)],
  ] as const;
  const toOptions = (weather: (args: { city: string }) => string) => ({
    messages: question,
    tools: {
      weather: tool({ inputSchema: jsonSchema<{ city: string }>(parameters), execute: async (args) => weather(args) }),
    },
    stopWhen: stepCountIs(3),
  });

  it.each(models)('%s runs tools in a loop', async (_name, languageModel) => {
    const { asked, weather } = createWeather();
    const { text, steps } = await generateText({ model: languageModel, ...toOptions(weather) });
    expect(asked).toEqual(['Oslo', 'Rome']);
    expect(steps.map((step) => step.finishReason)).toEqual(['tool-calls', 'stop']);
    expect(text).toBe('Rome: 11 degrees');
  });

  it.each(models)('%s runs tools in a loop over streams', async (_name, languageModel) => {
    const { asked, weather } = createWeather();
    const result = streamText({ model: languageModel, ...toOptions(weather) });
    expect(await result.text).toBe('Rome: 11 degrees');
    expect(asked).toEqual(['Oslo', 'Rome']);
  });
});

describe.runIf(scripted)('LangChain', () => {
  const chat = new ChatOpenAI({ model, apiKey, configuration: { baseURL }, maxRetries: 0 });
  const weatherTool = { type: 'function' as const, function: { name: 'weather', parameters } };
  const [{ content }] = question;

  it('binds tools, reads the calls and sends the results', async () => {
    const bound = chat.bindTools([weatherTool]);
    const first = await bound.invoke([new HumanMessage(content)]);
    expect(first.tool_calls?.map((call) => [call.name, call.args])).toEqual(
      calls.map((call) => [call.name, call.arguments]),
    );
    const results = (first.tool_calls ?? []).map(
      (call) => new ToolMessage({ tool_call_id: call.id ?? '', content: `${call.args['city']}: 11 degrees` }),
    );
    const second = await bound.invoke([new HumanMessage(content), first as AIMessage, ...results]);
    expect(second.text).toBe('Rome: 11 degrees');
  });

  it('forces a tool by its name', async () => {
    const bound = chat.bindTools([weatherTool], { tool_choice: 'weather' });
    expect((await bound.invoke('hello')).tool_calls?.[0]?.name).toBe('weather');
  });
});

describe('the built-in model', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    const model = join(REPOSITORY, 'models/nano/selfsame-nano.gguf');
    server = await startServer({ model, settings: { SELFSAME_CHECK_RESPONSES: 'true' } });
  });
  afterAll(() => server.stop());
  const clientOf = ({ Client }: ClientGeneration) =>
    new Client({ baseURL: server.baseURL, apiKey: 'any', maxRetries: 0 });

  const tools = [
    { type: 'function' as const, function: { name: 'get_weather', description: 'Get the weather', parameters } },
    { type: 'function' as const, function: { name: 'list_files', description: 'List files' } },
  ];
  const messages = [{ role: 'user' as const, content: 'weather in Oslo' }];

  it.each(GENERATIONS)('calls the requested function and answers with its output to $name', async (generation) => {
    const client = clientOf(generation);
    const request = { model: 'selfsame-nano', messages, tools, temperature: 0 };
    const { message, finish_reason } = (await client.chat.completions.create(request)).choices[0] ?? {};
    expect(finish_reason).toBe('tool_calls');
    const [call] = message?.tool_calls ?? [];
    expect(call).toMatchObject({ function: { name: 'get_weather', arguments: '{"city": "Oslo"}' } });
    const result = { role: 'tool' as const, tool_call_id: call?.id ?? '', content: '{"temperature": 11}' };
    const more = { ...request, messages: [...messages, ...(message === undefined ? [] : [message]), result] };
    expect((await client.chat.completions.create(more)).choices[0]?.message.content).toContain('11');
  });

  const choices = GENERATIONS.flatMap((generation) =>
    (['auto', 'required'] as const).map((tool_choice) => ({ tool_choice, generation, name: generation.name })),
  );

  it.each(choices)('streams the same calls as a plain answer with one seed and $tool_choice to $name', async (each) => {
    const { generation, tool_choice } = each;
    const client = clientOf(generation);
    for (const seed of [1, 2, 3]) {
      const request = { model: 'selfsame-nano', messages, tools, seed, tool_choice, max_completion_tokens: 60 };
      const plain = (await client.chat.completions.create(request)).choices[0];
      const streamed = (await generation.stream(client)(request).finalChatCompletion()).choices[0];
      const toCalls = (choice: typeof plain) =>
        choice?.message.tool_calls?.map((call) => (call.type === 'function' ? call.function : call.type));
      expect(streamed?.finish_reason).toBe(plain?.finish_reason);
      expect(streamed?.message.content ?? null).toBe(plain?.message.content);
      expect(JSON.stringify(toCalls(streamed))).toBe(JSON.stringify(toCalls(plain)));
    }
  });
});

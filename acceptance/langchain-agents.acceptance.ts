/** LangChain's agents: tool loops and structured answers, on the scripted engine and on the built-in model. */
import { join } from 'node:path';
import { HumanMessage } from '@langchain/core/messages';
import { ChatOpenAI } from '@langchain/openai';
import { createAgent, providerStrategy, tool, toolStrategy } from 'langchain';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod/v4';
import { REPOSITORY, type ServerProcess, startServer } from './server.ts';
import { ask, scripted, target } from './target.ts';

/** A tool that records its inputs. */
function createWeather() {
  const asked: string[] = [];
  const weather = tool(
    ({ city }: { city: string }) => {
      asked.push(city);
      return `${city}: 11 degrees`;
    },
    { name: 'get_weather', description: 'Get the weather', schema: z.object({ city: z.string() }) },
  );
  return { asked, weather };
}

const Report = z.object({ city: z.string(), degrees: z.int() });
const say = (text: string, directives: object = {}) => [new HumanMessage(ask(text, directives)[0].content)];
const kinds = (messages: readonly { getType(): string }[]) => messages.map((message) => message.getType());

describe.runIf(scripted)('an agent', () => {
  const { baseURL, apiKey, model: id } = target;
  const model = new ChatOpenAI({ model: id, apiKey, configuration: { baseURL }, maxRetries: 0 });
  const callsOf = (...towns: string[]) => towns.map((city) => ({ name: 'get_weather', arguments: { city } }));
  const messages = say('What is the weather in Oslo and Rome?', { calls: callsOf('Oslo', 'Rome') });

  it('runs the called tools and answers with their outputs', async () => {
    const { asked, weather } = createWeather();
    const result = await createAgent({ model, tools: [weather] }).invoke({ messages });
    expect(asked.toSorted()).toEqual(['Oslo', 'Rome']);
    expect(kinds(result.messages)).toEqual(['human', 'ai', 'tool', 'tool', 'ai']);
    expect(result.messages.at(-1)?.text).toBe('Rome: 11 degrees');
  });

  it('an agent streams its steps and its text', async () => {
    const { weather } = createWeather();
    const steps = await createAgent({ model, tools: [weather] }).stream({ messages }, { streamMode: 'messages' });
    let words = '';
    let pieces = 0;
    for await (const [message] of steps) {
      if (message.getType() !== 'ai') continue;
      words += message.text;
      pieces += 1;
    }
    expect(words).toBe('Rome: 11 degrees');
    expect(pieces).toBeGreaterThan(4);
  });

  it('an agent returns the arguments of a function call as structured answer', async () => {
    const report = { name: 'extract-1', arguments: { city: 'Oslo', degrees: 11 } };
    const responseFormat = toolStrategy(Report);
    const [strategy] = [responseFormat].flat();
    const called = say('Oslo?', { calls: [{ ...report, name: strategy?.name }] });
    const { structuredResponse } = await createAgent({ model, tools: [], responseFormat }).invoke({ messages: called });
    expect(structuredResponse).toEqual({ city: 'Oslo', degrees: 11 });
  });
});

describe('an agent over the built-in model', () => {
  let server: ServerProcess;
  let model: ChatOpenAI;
  beforeAll(async () => {
    const file = join(REPOSITORY, 'models/nano/selfsame-nano.gguf');
    server = await startServer({ model: file, settings: { SELFSAME_CHECK_RESPONSES: 'true' } });
    const configuration = { baseURL: server.baseURL };
    model = new ChatOpenAI({ model: 'selfsame-nano', apiKey: 'any', configuration, maxRetries: 0, temperature: 0 });
  });
  afterAll(() => server.stop());
  const messages = [new HumanMessage('weather in Oslo')];

  it('runs the tool that the model calls and answers with its output', async () => {
    const { asked, weather } = createWeather();
    const result = await createAgent({ model, tools: [weather] }).invoke({ messages });
    expect(asked).toEqual(['Oslo']);
    expect(kinds(result.messages)).toEqual(['human', 'ai', 'tool', 'ai']);
    expect(result.messages.at(-1)?.text).toContain('11');
  });

  it.each([
    ['its format', () => createAgent({ model, tools: [], responseFormat: providerStrategy(Report) })],
    ['a call', () => createAgent({ model, tools: [], responseFormat: toolStrategy(Report) })],
  ])('returns a structured answer by %s', async (_what, create) => {
    const { structuredResponse } = await create().invoke({ messages });
    expect(Report.safeParse(structuredResponse).success).toBe(true);
  });

  // The model decides whether it calls a tool before it answers.
  it('returns a structured answer of an agent with tools', async () => {
    const { weather } = createWeather();
    const agent = createAgent({ model, tools: [weather], responseFormat: providerStrategy(Report) });
    const { structuredResponse } = await agent.invoke({ messages });
    expect(Report.safeParse(structuredResponse).success).toBe(true);
  });
});

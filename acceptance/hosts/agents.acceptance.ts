/** The OpenAI Agents SDK in its default mode, which uses the Responses API, on the scripted engine. */
import { Agent, handoff, MemorySession, OpenAIResponsesModel, Runner, setTracingDisabled, tool } from '@openai/agents';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ask, scripted, target } from '../target.ts';

setTracingDisabled(true);

const client = new OpenAI({ baseURL: target.baseURL, apiKey: target.apiKey });
const model = new OpenAIResponsesModel(client as never, target.model);
const scriptOf = (name: string, args: object) => ask('Go on.', { calls: [{ name, arguments: args }] })[0].content;

const weather = tool({
  name: 'get_weather',
  description: 'Get the weather',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `${city}: 11 degrees`,
});

describe.runIf(scripted)('the OpenAI Agents SDK on the Responses API', () => {
  const agent = new Agent({ name: 'guide', instructions: 'Help.', model, tools: [weather] });

  it('runs a function tool and answers with its output', async () => {
    const { finalOutput } = await new Runner().run(agent, scriptOf('get_weather', { city: 'Oslo' }));
    expect(finalOutput).toBe('Oslo: 11 degrees');
  });

  it('streams a run with a function tool', async () => {
    const run = await new Runner().run(agent, scriptOf('get_weather', { city: 'Rome' }), { stream: true });
    const types = new Set<string>();
    for await (const event of run) types.add(event.type);
    await run.completed;
    expect(types).toEqual(new Set(['raw_model_stream_event', 'run_item_stream_event']));
    expect(run.finalOutput).toBe('Rome: 11 degrees');
  });

  it('hands a conversation off to another agent', async () => {
    const spanish = new Agent({ name: 'spanish', instructions: 'Speak Spanish.', model });
    const triage = new Agent({ name: 'triage', model, handoffs: [handoff(spanish)] });
    const { lastAgent } = await new Runner().run(triage, scriptOf('transfer_to_spanish', {}));
    expect(lastAgent?.name).toBe('spanish');
  });

  it('stops a run whose input a guardrail refuses', async () => {
    const guarded = new Agent({
      name: 'guarded',
      model,
      inputGuardrails: [
        {
          name: 'no horses',
          execute: async ({ input }) => ({
            outputInfo: null,
            tripwireTriggered: JSON.stringify(input).includes('horse'),
          }),
        },
      ],
    });
    await expect(new Runner().run(guarded, 'a horse')).rejects.toThrow(/guardrail/i);
    expect((await new Runner().run(guarded, 'a cow')).finalOutput).toBe('a cow');
  });

  it('continues a session', async () => {
    const session = new MemorySession();
    await new Runner().run(agent, 'first', { session });
    await new Runner().run(agent, 'second', { session });
    const texts = JSON.stringify(await session.getItems());
    expect(texts).toContain('first');
    expect(texts).toContain('second');
  });
});

/**
 * Functions and schemas with an instruction-tuned model, greedy decoding and the official client. Runs if the model of
 * SELFSAME_TEST_MODEL, or the default model of that installation, was trained to call functions.
 */
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { target } from './target.ts';

const { baseURL, apiKey, model } = target;
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const TIMEOUT_MS = 120_000;
/**
 * Models without training for function calls, and the built-in one, which was trained only on prompts of this project.
 */
const NOT_INSTRUCTED = /^(selfsame-nano|gemma-3-270m|smollm2-135m)/;

const answering =
  target.profile === 'real'
    ? (await client.chat.completions.create({ model, messages: [{ role: 'user', content: 'Hi' }], max_tokens: 1 }))
        .model
    : undefined;
const isInstructed = answering !== undefined && !NOT_INSTRUCTED.test(answering);

const tools = [
  {
    type: 'function' as const,
    function: {
      name: 'get_weather',
      description: 'Get the current weather of a city.',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string', description: 'Name of the city' } },
        required: ['city'],
      },
    },
  },
];

describe.runIf(isInstructed)('a model that follows instructions', { timeout: TIMEOUT_MS }, () => {
  it.each(['Paris', 'Tokyo', 'Nairobi'])(
    'calls the function without a tool choice for the weather in %s',
    async (city) => {
      const messages = [{ role: 'user' as const, content: `What is the weather in ${city} right now?` }];
      const { choices } = await client.chat.completions.create({
        model,
        messages,
        tools,
        temperature: 0,
        max_tokens: 100,
      });
      const [call] = choices[0]?.message.tool_calls ?? [];
      expect(choices[0]?.finish_reason).toBe('tool_calls');
      if (call?.type !== 'function') throw new Error('no function was called');
      expect(call.function.name).toBe('get_weather');
      expect(JSON.parse(call.function.arguments)).toEqual({ city });
    },
  );

  it('calls the function in a stream', async () => {
    const messages = [{ role: 'user' as const, content: 'How warm is it in Oslo today?' }];
    const streaming = client.chat.completions.stream({ model, messages, tools, temperature: 0, max_tokens: 100 });
    const { choices } = await streaming.finalChatCompletion();
    expect(choices[0]?.finish_reason).toBe('tool_calls');
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'get_weather' } }]);
  });

  it('fills a schema with the facts of the message', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string' }, age: { type: 'integer' }, city: { type: 'string' } },
      required: ['name', 'age', 'city'],
      additionalProperties: false,
    };
    const { choices } = await client.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'Extract the person: Anna Berg is 34 years old and lives in Bergen.' }],
      response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } },
      temperature: 0,
      max_tokens: 100,
    });
    expect(JSON.parse(choices[0]?.message.content ?? '')).toEqual({ name: 'Anna Berg', age: 34, city: 'Bergen' });
  });

  it('answers everyday questions', async () => {
    const ask = async (content: string) => {
      const messages = [{ role: 'user' as const, content }];
      const { choices } = await client.chat.completions.create({ model, messages, temperature: 0, max_tokens: 60 });
      return choices[0]?.message.content ?? '';
    };
    expect(await ask('What is the capital of France?')).toContain('Paris');
    expect(await ask('What is 7 + 5?')).toContain('12');
  });
});

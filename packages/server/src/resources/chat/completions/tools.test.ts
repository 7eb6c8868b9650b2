import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';
import { toLanguageModelMessages } from './messages.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 });
});
afterAll(() => server.close());

type Params = Omit<OpenAI.ChatCompletionCreateParamsNonStreaming, 'model' | 'messages'>;

const tool = (name: string, more: object = {}): OpenAI.ChatCompletionTool => ({
  type: 'function',
  function: { name, parameters: { type: 'object', properties: { city: { type: 'string' } } }, ...more },
});
const TOOLS = [tool('weather'), tool('clock')];
/** A strict schema with this number of levels. A checker without a limit would overflow its stack. */
const nest = (levels: number) =>
  Array.from({ length: levels }).reduce<object>(
    (inner) => ({ type: 'object', additionalProperties: false, required: ['a'], properties: { a: inner } }),
    { type: 'object' },
  );
const script = (calls: object, text = '') =>
  `@script ${JSON.stringify({ calls, ...(text === '' ? {} : { text }) })}\nfine`;
const OSLO = { name: 'weather', arguments: { city: 'Oslo' } };
const ROME = { name: 'clock', arguments: { city: 'Rome' } };

const toMessages = (content: string) => [{ role: 'user' as const, content }];
const ask = (content: string, more: Params = {}) =>
  client.chat.completions.create({ model: 'scripted', messages: toMessages(content), tools: TOOLS, ...more });
const chunksOf = async (content: string, more: object = {}) =>
  Array.fromAsync(
    await client.chat.completions.create({
      model: 'scripted',
      messages: toMessages(content),
      stream: true,
      tools: TOOLS,
      ...more,
    }),
  );

describe('tools', () => {
  it('returns calls with ids, names and arguments, and null content', async () => {
    const { choices, usage } = await ask(script([OSLO, ROME]));
    expect(choices[0]).toEqual({
      index: 0,
      finish_reason: 'tool_calls',
      logprobs: null,
      message: {
        role: 'assistant',
        content: null,
        refusal: null,
        annotations: [],
        tool_calls: [
          {
            id: expect.stringMatching(/^call_/),
            type: 'function',
            function: { name: 'weather', arguments: '{"city":"Oslo"}' },
          },
          {
            id: expect.stringMatching(/^call_/),
            type: 'function',
            function: { name: 'clock', arguments: '{"city":"Rome"}' },
          },
        ],
      },
    });
    const [first, second] = choices[0]?.message.tool_calls ?? [];
    expect(first?.id).not.toBe(second?.id);
    // One token for each name, four for the arguments of each call.
    expect(usage?.completion_tokens).toBe(10);
  });

  it('streams the role without content, each call by its index, and the arguments in pieces', async () => {
    const chunks = await chunksOf(script([OSLO, ROME]));
    const deltas = chunks.map((chunk) => chunk.choices[0]?.delta);
    expect(deltas[0]).toEqual({ role: 'assistant', content: null, refusal: null });
    expect(deltas[1]).toEqual({
      tool_calls: [
        {
          index: 0,
          id: expect.stringMatching(/^call_/),
          type: 'function',
          function: { name: 'weather', arguments: '' },
        },
      ],
    });
    expect(deltas[2]).toEqual({ tool_calls: [{ index: 0, function: { arguments: '{"ci' } }] });
    const pieces = deltas.flatMap((delta) => delta?.tool_calls ?? []).filter((call) => call.index === 1);
    expect(pieces[0]).toMatchObject({ type: 'function', function: { name: 'clock', arguments: '' } });
    expect(pieces.map((call) => call.function?.arguments).join('')).toBe('{"city":"Rome"}');
    expect(pieces.slice(1).some((call) => 'id' in call || 'type' in call)).toBe(false);
    expect(chunks.at(-1)?.choices[0]).toMatchObject({ delta: {}, finish_reason: 'tool_calls' });
  });

  it('accepts tool messages that name the function, as LangChain sends them', async () => {
    const [call] = (await ask(script([OSLO]))).choices[0]?.message.tool_calls ?? [];
    const result = { role: 'tool', tool_call_id: call?.id ?? '', content: '11 degrees', name: 'weather' } as const;
    const said = { role: 'assistant', content: null, tool_calls: call === undefined ? [] : [call] } as const;
    const messages = [...toMessages('x'), said, result] as OpenAI.ChatCompletionMessageParam[];
    const { choices } = await client.chat.completions.create({ model: 'scripted', messages, tools: TOOLS });
    expect(choices[0]?.message.content).toBe('11 degrees');
  });

  it('returns the text before calls as content', async () => {
    const { choices } = await ask(script([OSLO], 'Let me look.'), { stop: ['city', 'look. '] });
    expect(choices[0]?.message).toMatchObject({ content: 'Let me look.', tool_calls: [{ type: 'function' }] });
    const [first, second] = await chunksOf(script([OSLO], 'Let me look.'));
    expect(first?.choices[0]?.delta).toEqual({ role: 'assistant', content: '', refusal: null });
    expect(second?.choices[0]?.delta).toEqual({ content: 'Let' });
  });

  it('returns calls of each choice separately', async () => {
    const { choices } = await ask(script([OSLO]), { n: 2 });
    expect(choices.map((choice) => choice.message.tool_calls?.length)).toEqual([1, 1]);
  });

  it('returns the finish reason length for a call that the token limit cut', async () => {
    const { choices } = await ask(script([OSLO]), { max_completion_tokens: 3 });
    expect(choices[0]).toMatchObject({
      finish_reason: 'length',
      message: { content: null, tool_calls: [{ function: { name: 'weather', arguments: '{"city":' } }] },
    });
  });

  it('calls no tool with the choice none, and may call none with auto', async () => {
    expect((await ask(script([OSLO]), { tool_choice: 'none' })).choices[0]?.message).toMatchObject({ content: 'fine' });
    expect((await ask('fine')).choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'fine' } });
  });

  const CHOICES: [string, Params, string[]][] = [
    ['required', { tool_choice: 'required' }, ['weather']],
    ['a name', { tool_choice: { type: 'function', function: { name: 'clock' } } }, ['clock']],
    [
      'allowed tools',
      {
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'required', tools: [{ type: 'function', function: { name: 'clock' } }] },
        },
      },
      ['clock'],
    ],
  ];
  it.each(CHOICES)('applies the tool choice of %s', async (_what, more, names) => {
    const calls = (await ask('hi', more)).choices[0]?.message.tool_calls ?? [];
    expect(calls.map((call) => (call.type === 'function' ? call.function.name : ''))).toEqual(names);
  });

  it('returns one call when parallel calls are off', async () => {
    const { choices } = await ask(script([OSLO, ROME]), { parallel_tool_calls: false });
    expect(choices[0]?.message.tool_calls).toHaveLength(1);
  });

  const REFUSED: [string, object, string][] = [
    ['a choice without tools', { tools: undefined, tool_choice: 'auto' }, 'tool_choice'],
    ['parallel calls without tools', { tools: undefined, parallel_tool_calls: true }, 'parallel_tool_calls'],
    ['a choice of an unknown function', { tool_choice: { type: 'function', function: { name: 'x' } } }, 'tool_choice'],
    [
      'an allowed tool that is unknown',
      {
        tool_choice: {
          type: 'allowed_tools',
          allowed_tools: { mode: 'auto', tools: [{ type: 'function', function: { name: 'x' } }] },
        },
      },
      'tool_choice.allowed_tools.tools',
    ],
    ['one name twice', { tools: [tool('a'), tool('a')] }, 'tools[1].function.name'],
    [
      'a custom tool with a name of its own kind',
      { tools: [{ type: 'custom', custom: { name: 'a b' } }] },
      'tools[0].custom.name',
    ],
    [
      'a custom tool with a grammar in lark that contains itself',
      {
        tools: [
          {
            type: 'custom',
            custom: {
              name: 'c',
              format: { type: 'grammar', grammar: { syntax: 'lark', definition: 'start: "a" start?' } },
            },
          },
        ],
      },
      'tools[0].custom.format.grammar.definition',
    ],
    [
      'a choice of a custom tool that is a function',
      { tool_choice: { type: 'custom', custom: { name: 'clock' } } },
      'tool_choice',
    ],
    [
      'a strict function that leaves properties open',
      { tools: [tool('a'), tool('b', { strict: true })] },
      'tools[1].function.parameters',
    ],
    [
      'a strict function of 1,000 levels',
      { tools: [tool('a', { strict: true, parameters: nest(1000) })] },
      'tools[0].function.parameters',
    ],
    ['functions beside tools', { functions: [{ name: 'f' }] }, 'functions'],
    ['a function call without functions', { tools: undefined, function_call: 'auto' }, 'function_call'],
  ];
  it.each(REFUSED)('refuses %s of tools by name', async (_what, more, param) => {
    await expect(ask('x', more as Params)).rejects.toMatchObject({ status: 400, param });
  });
});

describe('custom tools', () => {
  const tools: OpenAI.ChatCompletionTool[] = [
    tool('weather'),
    { type: 'custom', custom: { name: 'note', description: 'Keeps a note' } },
  ];
  const NOTE = { name: 'note', arguments: { input: 'say "hi"\n😀' } };
  const made = { type: 'custom', custom: { name: 'note', input: 'say "hi"\n😀' } };

  it('returns calls of custom tools with their input, beside functions', async () => {
    const { choices } = await ask(script([NOTE, OSLO]), { tools });
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } });
    expect(choices[0]?.message.tool_calls).toMatchObject([made, { type: 'function', function: { name: 'weather' } }]);
  });

  it('streams the input of a custom tool in pieces', async () => {
    const chunks = await chunksOf(script([NOTE, OSLO]), { tools });
    const pieces = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    expect(pieces[0]).toMatchObject({ index: 0, type: 'custom', custom: { name: 'note', input: '' } });
    const input = pieces.map((piece) => piece.custom?.input ?? '').join('');
    expect(input).toBe(made.custom.input);
    expect(
      pieces
        .filter((piece) => piece.index === 1)
        .map((piece) => piece.function?.arguments)
        .join(''),
    ).toBe('{"city":"Oslo"}');
  });

  it('applies a choice of a custom tool, and accepts its call in messages', async () => {
    const nameOf = async (more: Params) => {
      const [call] = (await ask('hi', { tools, ...more })).choices[0]?.message.tool_calls ?? [];
      return call?.type === 'custom' ? call.custom.name : call?.type;
    };
    expect(await nameOf({ tool_choice: { type: 'custom', custom: { name: 'note' } } })).toBe('note');
    const allowed = { mode: 'required' as const, tools: [{ type: 'custom', custom: { name: 'note' } }] };
    expect(await nameOf({ tool_choice: { type: 'allowed_tools', allowed_tools: allowed } })).toBe('note');
    const [message] = toLanguageModelMessages([
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'note', input: 'x' } }],
      },
      { role: 'tool', tool_call_id: 'c', content: 'done' },
    ]);
    expect(message?.toolCalls).toEqual([{ id: 'c', name: 'note', arguments: '{"input":"x"}' }]);
  });
});

describe('functions, the older form', () => {
  const functions = [{ name: 'weather', parameters: { type: 'object', properties: {} } }, { name: 'clock' }];
  const older = { tools: undefined, functions } as unknown as Params;

  it('returns function_call for functions of the older form', async () => {
    const { choices } = await ask(script([OSLO, ROME]), older);
    expect(choices[0]).toMatchObject({
      finish_reason: 'function_call',
      message: { content: null, function_call: { name: 'weather', arguments: '{"city":"Oslo"}' } },
    });
    expect(choices[0]?.message).not.toHaveProperty('tool_calls');
  });

  it('streams function_call, one call only', async () => {
    const chunks = await chunksOf(script([OSLO, ROME]), older);
    const pieces = chunks.map((chunk) => chunk.choices[0]?.delta.function_call);
    expect(pieces[1]).toEqual({ name: 'weather', arguments: '' });
    expect(pieces.map((piece) => piece?.arguments ?? '').join('')).toBe('{"city":"Oslo"}');
    expect(chunks.at(-1)?.choices[0]?.finish_reason).toBe('function_call');
  });

  it('applies function_call, and accepts the result under the name of the function', async () => {
    const named = await ask('hi', { ...older, function_call: { name: 'clock' } });
    expect(named.choices[0]?.message.function_call?.name).toBe('clock');
    expect((await ask(script([OSLO]), { ...older, function_call: 'none' })).choices[0]?.finish_reason).toBe('stop');
    const unknown = ask('hi', { ...older, function_call: { name: 'x' } });
    await expect(unknown).rejects.toMatchObject({ status: 400, param: 'function_call' });
    const { choices } = await client.chat.completions.create({
      model: 'scripted',
      messages: [
        { role: 'user', content: script([OSLO]) },
        { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
        { role: 'function', name: 'weather', content: '11 degrees' },
      ],
      ...older,
    });
    expect(choices[0]?.message.content).toBe('11 degrees');
  });

  it('passes functions of the older form to the model as tool calls and results', () => {
    const messages = toLanguageModelMessages([
      { role: 'assistant', content: null, function_call: { name: 'weather', arguments: '{}' } },
      { role: 'function', name: 'weather', content: '11 degrees' },
    ]);
    const [call] = messages[0]?.toolCalls ?? [];
    expect(call).toMatchObject({ name: 'weather', arguments: '{}' });
    expect(messages[1]).toEqual({ role: 'tool', content: '11 degrees', name: 'weather', toolCallId: call?.id });
  });
});

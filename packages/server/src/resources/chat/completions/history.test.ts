import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { openTestClient } from '../../../start/testing/test-client.ts';
import { chatBody } from '../../../start/testing/test-server.ts';

const { server, client } = await openTestClient();

type Message = OpenAI.ChatCompletionMessageParam;
const question = (content: string): Message => ({ role: 'user', content });
const ask = (messages: unknown[], more: object = {}) =>
  client.chat.completions.create({ model: 'scripted', messages: messages as Message[], ...more });

/** An assistant message with one call, as Python's `model_dump()` returns it. */
const DUMPED_CALL = {
  content: null,
  refusal: null,
  role: 'assistant',
  annotations: null,
  audio: null,
  function_call: null,
  parsed: null,
  name: null,
  tool_calls: [
    {
      id: 'call_1',
      function: { arguments: '{"city":"Rome"}', name: 'weather', parsed_arguments: { city: 'Rome' } },
      type: 'function',
      index: 0,
    },
  ],
};

const SENT_BACK: [string, unknown[]][] = [
  [
    'the dump of an answer without calls',
    [
      {
        content: 'Hello',
        refusal: null,
        role: 'assistant',
        annotations: [],
        audio: null,
        function_call: null,
        tool_calls: null,
        parsed: { a: null },
        reasoning_content: 'hm',
        provider_specific_fields: { refusal: null },
      },
    ],
  ],
  [
    'the dump of a call and the result of a tool with more than its fields',
    [
      DUMPED_CALL,
      { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'sun', id: 'x' }], status: 'ok' },
    ],
  ],
  [
    'annotations of a kind that the API does not know',
    [{ role: 'assistant', content: 'Hi', annotations: [{ type: 'file_citation', file: 1 }] }],
  ],
  [
    'unknown keys of user, system and developer messages and of their parts',
    [
      { role: 'system', content: 'Be kind.', id: 'msg_1', name: null },
      { role: 'developer', content: [{ type: 'text', text: 'Be brief.', annotations: null, cache_control: null }] },
      { role: 'user', content: 'Hi', created_at: 5, name: null },
    ],
  ],
];

describe('messages of a conversation', () => {
  it('accepts the message of the official client’s parse()', async () => {
    const { choices } = await client.chat.completions.parse({ model: 'scripted', messages: [question('hello')] });
    const message = choices[0]?.message as OpenAI.ChatCompletionMessage;
    expect(message).toHaveProperty('parsed');
    const next = await ask([question('hello'), message, question('and now')]);
    expect(next.choices[0]?.message.content).toBe('and now');
  });

  it('accepts the final message of the official client’s stream()', async () => {
    const stream = client.chat.completions.stream({ model: 'scripted', messages: [question('hello')] });
    const message = await stream.finalMessage();
    const next = await ask([question('hello'), { ...message, parsed: null }, question('and now')]);
    expect(next.choices[0]?.message.content).toBe('and now');
  });

  it.each(SENT_BACK)('accepts a history with %s', async (_what, messages) => {
    const next = await ask([question('hello'), ...messages, question('and now')]);
    expect(next.choices[0]?.message.content).toBe('and now');
  });

  it('stores messages without the ignored keys', async () => {
    const messages = [
      { role: 'assistant', content: 'Hi', parsed: { a: 1 } },
      { ...question('now'), mood: 'good' },
    ];
    const { id } = await ask(messages, { store: true });
    const stored = await client.chat.completions.messages.list(id);
    expect(stored.data).toHaveLength(2);
    for (const message of stored.data) {
      expect(message).not.toHaveProperty('parsed');
      expect(message).not.toHaveProperty('mood');
    }
  });

  it('refuses an unknown parameter of the request itself by name', async () => {
    for (const [more, param] of [
      [{ parsed: null }, 'parsed'],
      [{ tools: [{ type: 'function', function: { name: 'f', parsed: 1 } }] }, 'tools[0].function.parsed'],
    ] as const) {
      const response = await server.post('/v1/chat/completions', chatBody('hello', more));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'unknown_parameter', param } });
    }
  });
});

describe('messages that a thread or a run begins with', () => {
  const HEADERS = { 'openai-beta': 'assistants=v2' };
  /** A message as the API returns it, with the text of its content. */
  const sentBack = { id: 'msg_1', object: 'thread.message', role: 'user', content: 'Hi', run_id: null, metadata: null };

  it('accepts initial messages with unknown keys and nulls', async () => {
    const messages = [{ ...sentBack, attachments: null, status: 'completed' }];
    const thread = await server.post('/v1/threads', { messages }, HEADERS);
    expect(thread.status).toBe(200);
    const { id } = (await thread.json()) as { id: string };
    expect((await client.beta.threads.messages.list(id)).data).toMatchObject([
      { role: 'user', content: [{ text: { value: 'Hi' } }], metadata: {} },
    ]);
    const assistant = await client.beta.assistants.create({ model: 'scripted' });
    const run = await server.post(
      `/v1/threads/${id}/runs`,
      { assistant_id: assistant.id, additional_messages: messages },
      HEADERS,
    );
    expect(run.status).toBe(200);
  });

  it('accepts initial messages of the Assistants API v1', async () => {
    const first = await server.post('/v1/threads', { messages: [sentBack] }, { 'openai-beta': 'assistants=v1' });
    expect(first.status).toBe(200);
  });

  it('refuses unknown keys of a message that is created alone', async () => {
    const thread = await client.beta.threads.create();
    const response = await server.post(`/v1/threads/${thread.id}/messages`, sentBack, HEADERS);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'unknown_parameter' } });
  });
});

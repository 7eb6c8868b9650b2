import type OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { openTestClient } from '../../start/testing/test-client.ts';

type Input = OpenAI.Responses.ResponseInputItem[];
type Tool = OpenAI.Responses.Tool;

const { client } = await openTestClient();

const script = (directives: object) => `@script ${JSON.stringify(directives)}\nwords`;
const callOf = (name: string, args: object) => script({ calls: [{ name, arguments: args }] });

const ask = (input: string | Input, tool: Tool, more: object = {}) =>
  client.responses.create({ model: 'scripted', input, tools: [tool], ...more });

const PATCH = { type: 'update_file', path: 'a.txt', diff: '@@\n-one\n+two' } as const;
const CLICK = { type: 'click', button: 'left', x: 3, y: 4 } as const;

/** A tool, what the model writes, the call that the client reads, and the output that it returns. */
const CASES: Record<string, { tool: Tool; name: string; args: object; call: object; output: object; read: string }> = {
  shell: {
    tool: { type: 'shell', environment: { type: 'local' } },
    name: 'shell',
    args: { commands: ['ls', 'pwd'], timeout_ms: 500 },
    call: {
      type: 'shell_call',
      action: { commands: ['ls', 'pwd'], timeout_ms: 500, max_output_length: null },
      environment: { type: 'local' },
    },
    output: {
      type: 'shell_call_output',
      output: [{ stdout: 'a.txt', stderr: '', outcome: { type: 'exit', exit_code: 0 } }],
    },
    read: 'a.txt\n[exit code 0]',
  },
  local_shell: {
    tool: { type: 'local_shell' },
    name: 'local_shell',
    args: { command: ['ls', '-l'] },
    call: { type: 'local_shell_call', action: { type: 'exec', command: ['ls', '-l'], env: {} } },
    output: { type: 'local_shell_call_output', id: 'lsho_1', output: 'a.txt' },
    read: 'a.txt',
  },
  apply_patch: {
    tool: { type: 'apply_patch' },
    name: 'apply_patch',
    args: { operation: PATCH },
    call: { type: 'apply_patch_call', operation: PATCH },
    output: { type: 'apply_patch_call_output', status: 'failed', output: 'no such line' },
    read: 'failed\nno such line',
  },
};

describe('a tool that the client runs', () => {
  it.each(Object.entries(CASES))(
    'completes the response with a call of %s, whose output continues it',
    async (...[, given]) => {
      const { tool, name, args, call, output, read } = given;
      const first = await ask(callOf(name, args), tool);
      expect(first.status).toBe('completed');
      expect(first.output).toEqual([
        {
          id: expect.any(String) as string,
          call_id: expect.stringMatching(/^call_/) as string,
          status: 'completed',
          ...call,
        },
      ]);
      const [made] = first.output as unknown as { id: string; call_id: string }[];
      const answer = { ...output, call_id: made?.call_id } as unknown as Input[number];
      const continued = await ask([answer], tool, { previous_response_id: first.id });
      expect(continued.output_text).toContain(read);
      const { data } = await client.responses.inputItems.list(continued.id);
      expect(data).toMatchObject([output]);
      const stateless = await ask([{ role: 'user', content: 'go' }, ...(first.output as Input), answer], tool, {
        store: false,
      });
      expect(stateless.output_text).toContain(read);
    },
  );

  it.each(Object.entries(CASES))(
    'calls %s when the choice of the request names it',
    async (...[, { tool, name, call }]) => {
      const args = (CASES[name] ?? { args: {} }).args;
      const choice = name === 'local_shell' ? 'required' : { type: name };
      const { output } = await ask(callOf(name, args), tool, { tool_choice: choice });
      expect(output).toMatchObject([call]);
    },
  );

  it('publishes the item of a call with its end, and the commands of a shell', async () => {
    const stream = await client.responses.create({
      model: 'scripted',
      input: callOf('shell', { commands: ['ls', 'pwd'] }),
      tools: [{ type: 'shell' }],
      stream: true,
    });
    const events = await Array.fromAsync(stream);
    expect(events.map(({ type }) => type)).toEqual([
      'response.created',
      'response.in_progress',
      'response.output_item.added',
      ...['ls', 'pwd'].flatMap(() => ['added', 'delta', 'done'].map((end) => `response.shell_call_command.${end}`)),
      'response.output_item.done',
      'response.completed',
    ]);
    expect(events[2]).toMatchObject({ output_index: 0, item: { type: 'shell_call', status: 'in_progress' } });
  });

  it('returns one action for computer_use_preview and a list for computer', async () => {
    const preview: Tool = {
      type: 'computer_use_preview',
      environment: 'browser',
      display_width: 800,
      display_height: 600,
    };
    const one = await ask(callOf('computer_use_preview', { action: CLICK }), preview);
    expect(one.output).toMatchObject([{ type: 'computer_call', action: CLICK, pending_safety_checks: [] }]);
    const list = await ask(callOf('computer', { actions: [{ type: 'screenshot' }, CLICK] }), { type: 'computer' });
    expect(list.output).toMatchObject([{ type: 'computer_call', actions: [{ type: 'screenshot' }, CLICK] }]);
    const choice = { tool_choice: { type: 'computer_use' } };
    const chosen = await ask(callOf('computer', { actions: [CLICK] }), { type: 'computer' }, choice);
    expect(chosen.output).toMatchObject([{ type: 'computer_call' }]);
    const [call] = list.output as unknown as { call_id: string }[];
    const output = { type: 'computer_screenshot', image_url: 'data:image/png;base64,AA==' };
    const answer = { type: 'computer_call_output', call_id: call?.call_id, output } as unknown as Input[number];
    await expect(ask([answer], { type: 'computer' }, { previous_response_id: list.id })).rejects.toMatchObject({
      status: 400,
      param: 'input[0].output.type',
    });
  });

  it('leaves out a call that the limit of tokens cut', async () => {
    const limit = { max_output_tokens: 16 };
    const response = await ask(callOf('apply_patch', { operation: PATCH }), { type: 'apply_patch' }, limit);
    expect(response).toMatchObject({ status: 'incomplete', output: [] });
  });

  it('fails when the arguments of a call do not fit the tool', async () => {
    await expect(ask(callOf('shell', { command: 'ls' }), { type: 'shell' })).rejects.toMatchObject({
      status: 500,
      message: expect.stringContaining("call of 'shell'") as string,
    });
  });

  it('refuses a shell in a container of the server by name', async () => {
    const tool = { type: 'shell', environment: { type: 'container_auto' } } as const;
    await expect(ask('hi', tool)).rejects.toMatchObject({ status: 400, param: 'tools[0].environment.type' });
  });

  it('returns 400 for an output without its call, before it, of another kind, or twice, and for a call without its output', async () => {
    const output = { type: 'shell_call_output', call_id: 'call_none', output: [] } as unknown as Input[number];
    await expect(ask([output], { type: 'shell' })).rejects.toMatchObject({ status: 400, param: 'input' });
    const call = { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' } as const;
    const early = { type: 'function_call_output', call_id: 'c', output: 'x' } as const;
    await expect(ask([early, call], { type: 'shell' })).rejects.toMatchObject({ status: 400, param: 'input' });
    const first = await ask(callOf('shell', { commands: ['ls'] }), { type: 'shell' });
    const [{ call_id: id }] = first.output as unknown as [{ call_id: string }];
    const other = { type: 'function_call_output', call_id: id, output: 'x' } as const;
    const again = { ...output, call_id: id } as Input[number];
    for (const given of [[other], [again, again]]) {
      const refused = ask(given, { type: 'shell' }, { previous_response_id: first.id });
      await expect(refused).rejects.toMatchObject({ status: 400, param: 'input' });
    }
    const next = ask([{ role: 'user', content: 'go on' }], { type: 'shell' }, { previous_response_id: first.id });
    await expect(next).rejects.toMatchObject({ status: 400, param: 'input' });
  });
});

describe('a namespace of tools', () => {
  const tools = [
    {
      type: 'namespace',
      name: 'crm',
      description: 'Customers.',
      tools: [
        { type: 'function', name: 'find', parameters: { type: 'object', properties: { id: { type: 'integer' } } } },
        { type: 'custom', name: 'note' },
      ],
    },
    { type: 'function', name: 'find', parameters: { type: 'object', properties: {} }, strict: false },
  ] as unknown as Tool[];

  it('keeps functions of one name apart and names the namespace of a call', async () => {
    const input = script({
      calls: [
        { name: 'crm__find', arguments: { id: 1 } },
        { name: 'find', arguments: {} },
      ],
    });
    const first = await client.responses.create({ model: 'scripted', input, tools });
    expect(first.output).toMatchObject([
      { type: 'function_call', namespace: 'crm', name: 'find', arguments: '{"id":1}' },
      { type: 'function_call', name: 'find' },
    ]);
    expect(first.output[1]).not.toHaveProperty('namespace');
    const outputs = (first.output as unknown as { call_id: string }[]).map(({ call_id }, index) => {
      return { type: 'function_call_output' as const, call_id, output: `found ${index}` };
    });
    const next = await client.responses.create({
      model: 'scripted',
      input: outputs,
      tools,
      previous_response_id: first.id,
    });
    expect(next.output_text).toContain('found 1');
  });

  it('is searched for the function that a choice names', async () => {
    const [namespace] = tools;
    if (namespace === undefined) throw new Error('There is no namespace.');
    const input = callOf('crm__find', { id: 1 });
    const { output } = await ask(input, namespace, { tool_choice: { type: 'function', name: 'find' } });
    expect(output).toMatchObject([{ namespace: 'crm', name: 'find' }]);
  });

  it('names a nested property that is refused', async () => {
    const nested = { type: 'function', name: 'find', parameters: {}, defer_loading: true };
    const tool = { type: 'namespace', name: 'crm', description: '', tools: [nested] } as unknown as Tool;
    await expect(ask('hi', tool)).rejects.toMatchObject({ param: 'tools[0].tools[0].defer_loading' });
  });
});

it('accepts the metadata that a client sends with a response', async () => {
  const body = { model: 'scripted', input: 'hi', client_metadata: { version: '1' } };
  const response = await client.responses.create(body as OpenAI.Responses.ResponseCreateParamsNonStreaming);
  expect(response.output_text).toBe('hi');
});

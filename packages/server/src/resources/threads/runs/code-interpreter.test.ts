import { existsSync } from 'node:fs';
import OpenAI, { toFile } from 'openai-v4';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canExecuteCode } from '../../../sandbox/testing/can-execute-code.ts';
import { startTestServer, type TestServer } from '../../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => server.close());

const beta = () => client.beta;

/** The model runs the code; its answer is what the code printed. */
const script = (code: string) =>
  `@script ${JSON.stringify({ calls: [{ name: 'code_interpreter', arguments: { code } }] })}\nwords`;

interface Body {
  id: string;
  status: string;
  data: { step_details: object }[];
}

const TOOLS: OpenAI.Beta.AssistantTool[] = [{ type: 'code_interpreter' }];
const createAssistant = (more: object = {}) => beta().assistants.create({ model: 'scripted', tools: TOOLS, ...more });

const listContainers = async (name: string) =>
  (await server.request<{ data: object[] }>('GET', `/v1/containers?name=${name}`)).body;

async function runCode(threadId: string, assistantId: string, code: string) {
  await beta().threads.messages.create(threadId, { role: 'user', content: script(code) });
  const run = await beta().threads.runs.createAndPoll(threadId, { assistant_id: assistantId }, { pollIntervalMs: 20 });
  const { data: steps } = await beta().threads.runs.steps.list(threadId, run.id, { order: 'asc' });
  const { data: messages } = await beta().threads.messages.list(threadId, { run_id: run.id });
  const details = steps[0]?.step_details;
  const call = details?.type === 'tool_calls' ? details.tool_calls[0] : undefined;
  if (call?.type !== 'code_interpreter') throw new Error(`The run is ${run.status}, without a call.`);
  return { run, call: call.code_interpreter, message: messages[0] };
}

const hasMatplotlib = existsSync('/usr/lib/python3/dist-packages/matplotlib');

describe.skipIf(!(await canExecuteCode()))('the code interpreter of a run', () => {
  it('executes code, and keeps its variables for the runs of the thread', async () => {
    const assistant = await createAssistant();
    const thread = await beta().threads.create();
    const first = await runCode(thread.id, assistant.id, 'x = 6 * 7\nprint(x)');
    expect(first.call).toEqual({ input: 'x = 6 * 7\nprint(x)', outputs: [{ type: 'logs', logs: '42\n' }] });
    expect(first.message?.content).toEqual([{ type: 'text', text: { value: '42', annotations: [] } }]);
    expect((await runCode(thread.id, assistant.id, 'print(x + 1)')).call.outputs).toEqual([
      { type: 'logs', logs: '43\n' },
    ]);
    const [container] = (await listContainers(thread.id)).data;
    expect(container).toMatchObject({ name: thread.id, status: 'running' });
    await beta().threads.del(thread.id);
    expect((await listContainers(thread.id)).data).toEqual([]);
    const other = await beta().threads.create();
    expect((await runCode(other.id, assistant.id, 'print("x" in globals())')).call.outputs).toEqual([
      { type: 'logs', logs: 'False\n' },
    ]);
  });

  it('reads files of the assistant, of the thread and of messages, and makes files of what the code wrote', async () => {
    const upload = async (name: string) =>
      (await client.files.create({ file: await toFile(Buffer.from(name), name), purpose: 'assistants' })).id;
    const resources = async (name: string) => ({
      tool_resources: { code_interpreter: { file_ids: [await upload(name)] } },
    });
    const assistant = await createAssistant(await resources('a.txt'));
    const thread = await beta().threads.create(await resources('b.txt'));
    await beta().threads.messages.create(thread.id, {
      role: 'user',
      content: 'see the file',
      attachments: [{ file_id: await upload('c.txt'), tools: [{ type: 'code_interpreter' }] }],
    });
    const code =
      'text = "".join(open(f"{name}.txt").read() for name in "abc")\nopen("out.txt", "w").write(text)\n' +
      'print("[result](sandbox:/mnt/data/out.txt) is there")';
    const { message } = await runCode(thread.id, assistant.id, code);
    const [content] = message?.content ?? [];
    if (content?.type !== 'text') throw new Error('There is no text.');
    const [annotation] = content.text.annotations;
    const { value } = content.text;
    const start = value.indexOf('sandbox:');
    expect(annotation).toEqual({
      type: 'file_path',
      text: 'sandbox:/mnt/data/out.txt',
      start_index: start,
      end_index: start + 'sandbox:/mnt/data/out.txt'.length,
      file_path: { file_id: expect.stringMatching(/^file-/) as string },
    });
    if (annotation?.type !== 'file_path') throw new Error('There is no file.');
    const file = await client.files.retrieve(annotation.file_path.file_id);
    expect(file).toMatchObject({ purpose: 'assistants_output', filename: 'out.txt', bytes: 15 });
    expect(await (await client.files.content(file.id)).text()).toBe('a.txtb.txtc.txt');
    const { tool_resources: updated } = await beta().threads.retrieve(thread.id);
    expect(updated?.code_interpreter?.file_ids).toHaveLength(2);
  });

  it('keeps what code wrote in a file of the assistant for the next run', async () => {
    const file = await client.files.create({ file: await toFile(Buffer.from('old'), 'a.txt'), purpose: 'assistants' });
    const assistant = await createAssistant({ tool_resources: { code_interpreter: { file_ids: [file.id] } } });
    const thread = await beta().threads.create();
    await runCode(thread.id, assistant.id, 'print(open("a.txt").read()); open("a.txt", "w").write("new")');
    const { call } = await runCode(thread.id, assistant.id, 'import os; print(open("a.txt").read(), os.listdir())');
    expect(call.outputs).toEqual([{ type: 'logs', logs: "new ['a.txt']\n" }]);
  });

  it('reads the files of an assistant of v1, whose steps have the shape of v2', async () => {
    const first = async (method: string, path: string, body?: object) =>
      (await server.request<Body>(method, `/v1${path}`, body, { 'openai-beta': 'assistants=v1' })).body;
    const file = await server.upload('a,b\n1,2\n', 'table.csv');
    const assistant = await first('POST', '/assistants', { model: 'scripted', tools: TOOLS, file_ids: [file] });
    expect(assistant).toMatchObject({ tools: TOOLS, file_ids: [file] });
    const thread = await first('POST', '/threads', {
      messages: [{ role: 'user', content: script('print(open("table.csv").read())') }],
    });
    const run = await first('POST', `/threads/${thread.id}/runs`, { assistant_id: assistant.id });
    const path = `/threads/${thread.id}/runs/${run.id}`;
    await expect.poll(async () => (await first('GET', path)).status, { timeout: 10_000 }).toBe('completed');
    const { data } = await first('GET', `${path}/steps?order=asc`);
    expect(data[0]?.step_details).toMatchObject({
      tool_calls: [{ type: 'code_interpreter', code_interpreter: { outputs: [{ logs: 'a,b\n1,2\n\n' }] } }],
    });
  });

  it('streams the code and its outputs as deltas to the official helper', async () => {
    const assistant = await createAssistant();
    const thread = await beta().threads.create({ messages: [{ role: 'user', content: script('print("é\\n" * 2)') }] });
    const stream = beta().threads.runs.stream(thread.id, { assistant_id: assistant.id });
    const inputs: string[] = [];
    const done: unknown[] = [];
    stream.on('toolCallDelta', (delta) => {
      if (delta.type === 'code_interpreter') inputs.push(delta.code_interpreter?.input ?? '');
    });
    stream.on('toolCallDone', (call) => done.push(call));
    const events: OpenAI.Beta.AssistantStreamEvent[] = [];
    stream.on('event', (event) => events.push(structuredClone(event)));
    await stream.done();
    expect(inputs.join('')).toBe('print("é\\n" * 2)');
    expect(done).toMatchObject([{ code_interpreter: { input: 'print("é\\n" * 2)', outputs: [{ logs: 'é\né\n\n' }] } }]);
    const outputs = events.flatMap((event) => {
      if (event.event !== 'thread.run.step.delta') return [];
      const details = event.data.delta.step_details;
      const [call] = details?.type === 'tool_calls' ? (details.tool_calls ?? []) : [];
      return call?.type === 'code_interpreter' ? (call.code_interpreter?.outputs ?? []) : [];
    });
    expect(outputs).toEqual([{ index: 0, type: 'logs', logs: 'é\né\n\n' }]);
  });

  it.skipIf(!hasMatplotlib)('shows plots as images before the text of the answer, also in deltas', async () => {
    const assistant = await createAssistant();
    const code =
      'import matplotlib.pyplot as plt\nplt.figure(figsize=(3, 2), dpi=100)\nplt.show()\n' +
      'open("a.csv", "w").write("1")\nprint("done: sandbox:/mnt/data/a.csv here")';
    const thread = await beta().threads.create({ messages: [{ role: 'user', content: script(code) }] });
    const stream = beta().threads.runs.stream(thread.id, { assistant_id: assistant.id });
    const contents: OpenAI.Beta.Threads.MessageContentDelta[] = [];
    stream.on('messageDelta', ({ content }) => contents.push(...(content ?? [])));
    const [message] = await stream.finalMessages();
    const [step] = await stream.finalRunSteps();
    const [image, text] = message?.content ?? [];
    if (image?.type !== 'image_file') throw new Error('There is no image.');
    expect(text).toMatchObject({ type: 'text', text: { value: expect.stringContaining('done: sandbox:') as string } });
    expect(contents.map(({ index, type }) => `${index} ${type}`)).toContain('0 image_file');
    const annotations = contents.flatMap((each) => (each.type === 'text' ? (each.text?.annotations ?? []) : []));
    expect(annotations).toMatchObject([{ index: 0, type: 'file_path', text: 'sandbox:/mnt/data/a.csv' }]);
    const fileId = image.image_file.file_id;
    expect(step?.step_details).toMatchObject({
      tool_calls: [
        { code_interpreter: { outputs: [{ type: 'image', image: { file_id: fileId } }, { type: 'logs' }] } },
      ],
    });
    expect((await beta().threads.messages.retrieve(thread.id, message?.id ?? '')).content).toMatchObject([
      { image_file: { file_id: fileId } },
      { text: { annotations: [{ type: 'file_path' }] } },
    ]);
    const png = Buffer.from(await (await client.files.content(fileId)).arrayBuffer());
    expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 300, 200]);
    expect(await client.files.retrieve(fileId)).toMatchObject({ purpose: 'assistants_output' });
    // The next run reads the message without its image.
    expect((await runCode(thread.id, assistant.id, 'print(2)')).run.status).toBe('completed');
  });

  it('is refused when the machine cannot execute code, and the error says how to allow it', async () => {
    const without = await startTestServer({ sandbox: 'none' });
    const other = new OpenAI({ baseURL: `${without.url}/v1`, apiKey: 'any', maxRetries: 0 });
    const assistant = await other.beta.assistants.create({ model: 'scripted', tools: TOOLS });
    const run = other.beta.threads.createAndRun({ assistant_id: assistant.id });
    const message = expect.stringContaining("'sandbox'") as string;
    await expect(run).rejects.toMatchObject({ status: 400, param: 'assistant_id', message });
    const named = other.beta.threads.createAndRun({ assistant_id: assistant.id, tools: TOOLS });
    await expect(named).rejects.toMatchObject({ status: 400, param: 'tools[0].type', message });
    await without.close();
  });
});

import { existsSync } from 'node:fs';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canExecuteCode } from '../../sandbox/testing/can-execute-code.ts';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => server.close());

type Create = OpenAI.Responses.ResponseCreateParamsNonStreaming;

const INCLUDE: Create['include'] = ['code_interpreter_call.outputs'];
const AUTO: Create['tools'] = [{ type: 'code_interpreter', container: { type: 'auto' } }];

/** The model runs the code; its answer is what the code printed. */
const script = (code: string) =>
  `@script ${JSON.stringify({ calls: [{ name: 'code_interpreter', arguments: { code } }] })}\nwords`;

const ask = (code: string, more: Partial<Create> = {}) =>
  client.responses.create({ model: 'scripted', input: script(code), tools: AUTO, include: INCLUDE, ...more });

function callsOf({ output }: OpenAI.Responses.Response) {
  return output.filter((item) => item.type === 'code_interpreter_call');
}

const logsOf = (response: OpenAI.Responses.Response) =>
  callsOf(response)
    .flatMap(({ outputs }) => outputs ?? [])
    .map((output) => (output.type === 'logs' ? output.logs : output.url))
    .join('');

const hasMatplotlib = existsSync('/usr/lib/python3/dist-packages/matplotlib');

describe.skipIf(!(await canExecuteCode()))('the code interpreter of a response', () => {
  it('executes code in a container of its own, and keeps variables for the next response', async () => {
    const first = await ask('x = 6 * 7\nprint(x)');
    const [call] = callsOf(first);
    expect(call).toEqual({
      type: 'code_interpreter_call',
      id: expect.stringMatching(/^ci_/) as string,
      status: 'completed',
      container_id: expect.stringMatching(/^cntr_/) as string,
      code: 'x = 6 * 7\nprint(x)',
      outputs: [{ type: 'logs', logs: '42\n' }],
    });
    expect(first.output_text).toContain('42');
    const next = await ask('print(x + 1)', { previous_response_id: first.id });
    expect(logsOf(next)).toBe('43\n');
    expect(callsOf(next)[0]?.container_id).toBe(call?.container_id);
    const other = await ask('print("x" in globals())');
    expect(logsOf(other)).toBe('False\n');
  });

  it('shows the outputs of a call only on request', async () => {
    const response = await ask('print(1)', { include: null });
    expect(callsOf(response)[0]?.outputs).toBeNull();
    const { data } = await client.responses.inputItems.list(response.id);
    expect(data).toHaveLength(1);
    expect(logsOf(await client.responses.retrieve(response.id, { include: INCLUDE ?? [] }))).toBe('1\n');
  });

  it('gives the error of the code to the model, and the call is completed', async () => {
    const response = await ask('def f(): raise ValueError("bad")\nf()');
    expect(callsOf(response)[0]?.status).toBe('completed');
    expect(logsOf(response)).toContain('ValueError: bad');
    expect(response.output_text).toContain('ValueError: bad');
  });

  it('reads files of the request, and cites files that the code wrote', async () => {
    const { id } = await client.files.create({
      file: await toFile(Buffer.from('a,b\n1,2\n3,4\n'), 'in.csv'),
      purpose: 'user_data',
    });
    const code =
      'rows = open("/mnt/data/in.csv").read().splitlines()\nopen("out.txt", "w").write(f"{len(rows)} rows")\n' +
      'print("Here: [out](sandbox:/mnt/data/out.txt), not sandbox:/mnt/data/other.txt.")';
    const tools: Create['tools'] = [{ type: 'code_interpreter', container: { type: 'auto', file_ids: [id] } }];
    const response = await ask(code, { tools });
    const message = response.output.find((item) => item.type === 'message');
    const [part] = message?.content ?? [];
    if (part?.type !== 'output_text') throw new Error('There is no text.');
    const start = part.text.indexOf('sandbox:');
    const [citation] = part.annotations;
    expect(part.annotations).toEqual([
      {
        type: 'container_file_citation',
        container_id: callsOf(response)[0]?.container_id,
        file_id: expect.stringMatching(/^cfile_/) as string,
        filename: 'out.txt',
        start_index: start,
        end_index: start + 'sandbox:/mnt/data/out.txt'.length,
      },
    ]);
    if (citation?.type !== 'container_file_citation') throw new Error('There is no citation.');
    const { container_id, file_id } = citation;
    const content = await client.containers.files.content.retrieve(file_id, { container_id });
    expect(await content.text()).toBe('3 rows');
    const { data } = await client.containers.files.list(container_id, { order: 'asc' });
    expect(data.map(({ path, source }) => [path, source])).toEqual([
      ['/mnt/data/in.csv', 'user'],
      ['/mnt/data/out.txt', 'assistant'],
    ]);
  });

  it('streams the events of a call in order, with the code as deltas', async () => {
    const stream = await client.responses.create({
      model: 'scripted',
      input: script('print("é\\n")'),
      tools: AUTO,
      stream: true,
      include: INCLUDE,
    });
    const events = await Array.fromAsync(stream);
    const ofCall = events.filter(({ type }) => type.includes('code_interpreter') || type.includes('output_item'));
    const types = ofCall.map(({ type }) => type).filter((type, index, all) => type !== all[index - 1]);
    expect(types.slice(0, 8)).toEqual([
      'response.output_item.added',
      'response.code_interpreter_call.in_progress',
      'response.code_interpreter_call_code.delta',
      'response.code_interpreter_call_code.done',
      'response.code_interpreter_call.interpreting',
      'response.code_interpreter_call.completed',
      'response.output_item.done',
      'response.output_item.added',
    ]);
    const deltas = events.filter((event) => event.type === 'response.code_interpreter_call_code.delta');
    const [done] = events.filter((event) => event.type === 'response.code_interpreter_call_code.done');
    expect(deltas.map(({ delta }) => delta).join('')).toBe('print("é\\n")');
    expect(done?.code).toBe('print("é\\n")');
  });

  it('runs code in the container that the request names, with the files that were added to it', async () => {
    const { id } = await client.containers.create({ name: 'named' });
    await client.containers.files.create(id, { file: await toFile(Buffer.from('one'), 'a.txt') });
    const tools: Create['tools'] = [{ type: 'code_interpreter', container: id }];
    expect(logsOf(await ask('print(open("a.txt").read()); y = 1', { tools }))).toBe('one\n');
    await client.containers.files.create(id, { file: await toFile(Buffer.from('two'), 'a.txt') });
    const added = await client.containers.files.create(id, { file: await toFile(Buffer.from('b'), 'b.txt') });
    const code = 'import os; print(open("a.txt").read(), sorted(os.listdir()), y); os.remove("a.txt")';
    expect(logsOf(await ask(code, { tools }))).toBe("two ['a.txt', 'b.txt'] 1\n");
    const { data } = await client.containers.files.list(id);
    expect(data.map(({ id: fileId }) => fileId)).toEqual([added.id]);
    await client.containers.files.delete(added.id, { container_id: id });
    expect(logsOf(await ask('print(os.listdir())', { tools }))).toBe('[]\n');
  });

  it.skipIf(!hasMatplotlib)('returns a plot as a data URL, and cites it in the answer', async () => {
    const code = 'import matplotlib.pyplot as plt\nplt.figure(figsize=(3, 2), dpi=100)\nplt.plot([1, 2])\nplt.show()';
    const response = await ask(code);
    const [image] = callsOf(response)[0]?.outputs ?? [];
    if (image?.type !== 'image') throw new Error('There is no image.');
    const png = Buffer.from(image.url.replace('data:image/png;base64,', ''), 'base64');
    expect([png.toString('latin1', 1, 4), png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual(['PNG', 300, 200]);
    const message = response.output.find((item) => item.type === 'message');
    const [part] = message?.content ?? [];
    const [citation] = part?.type === 'output_text' ? part.annotations : [];
    if (citation?.type !== 'container_file_citation') throw new Error('There is no citation.');
    expect(citation).toMatchObject({
      start_index: 0,
      end_index: 0,
      filename: expect.stringMatching(/\.png$/) as string,
    });
    const { container_id, file_id } = citation;
    const content = await client.containers.files.content.retrieve(file_id, { container_id });
    expect(Buffer.from(await content.arrayBuffer())).toEqual(png);
  });

  it('leaves files in place that did not change between calls', async () => {
    const { id } = await client.containers.create({ name: 'kept' });
    await client.containers.files.create(id, { file: await toFile(Buffer.from('one'), 'a.txt') });
    const tools: Create['tools'] = [{ type: 'code_interpreter', container: id }];
    const readInode = () => ask('import os; print(os.stat("a.txt").st_ino)', { tools });
    expect(logsOf(await readInode())).toBe(logsOf(await readInode()));
  });

  it('publishes the citation of a file at the end of the text', async () => {
    const codes = ['open("out.txt", "w").write("x")', 'print("See sandbox:/mnt/data/out.txt")'];
    const calls = codes.map((code) => ({ name: 'code_interpreter', arguments: { code } }));
    const input = `@script ${JSON.stringify({ calls })}\nrun`;
    const stream = await client.responses.create({ model: 'scripted', input, tools: AUTO, stream: true });
    const events = await Array.fromAsync(stream);
    const added = events.filter(({ type }) => type === 'response.output_text.annotation.added');
    expect(added).toMatchObject([{ annotation_index: 0, annotation: { filename: 'out.txt', start_index: 4 } }]);
  });

  it('refuses containers that do not exist, and options that it cannot honour', async () => {
    const refused = async (container: OpenAI.Responses.Tool.CodeInterpreter['container']) => {
      const tools: Create['tools'] = [{ type: 'code_interpreter', container }];
      return ask('print(1)', { tools }).catch((error: unknown) => error as InstanceType<typeof OpenAI.APIError>);
    };
    expect(await refused('cntr_missing')).toMatchObject({ status: 404 });
    expect(await refused({ type: 'auto', file_ids: ['file-x'] })).toMatchObject({
      status: 400,
      param: 'tools[0].container.file_ids[0]',
    });
    const policy = { type: 'allowlist' as const, allowed_domains: ['a.test'] };
    expect(await refused({ type: 'auto', network_policy: policy })).toMatchObject({
      param: 'tools[0].container.network_policy.type',
    });
  });

  it('reads the call and its output when the client sends it back', async () => {
    const response = await ask('print(6 * 7)');
    const input = [{ role: 'user' as const, content: 'What is it?' }, ...callsOf(response)];
    const next = await client.responses.create({ model: 'scripted', input, tools: AUTO });
    expect(next.output_text).toBe('42\n');
  });
});

describe('without a sandbox', () => {
  it('refuses the code interpreter and says how to allow it', async () => {
    const without = await startTestServer({ sandbox: 'none' });
    const { responses } = new OpenAI({ baseURL: `${without.url}/v1`, apiKey: 'any', maxRetries: 0 });
    const request = responses.create({ model: 'scripted', input: 'x', tools: AUTO });
    await expect(request).rejects.toMatchObject({
      status: 400,
      param: 'tools[0].type',
      message: expect.stringContaining("'sandbox'") as string,
    });
    await without.close();
  });
});

import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

type Input = OpenAI.Responses.ResponseInputItem[];

let server: TestServer;
let client: OpenAI;
let host: Server;
let url: string;
beforeAll(async () => {
  server = await startTestServer({ privateHosts: 'localhost' });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
  host = createServer((request, response) => {
    if (request.url === '/pool.md') response.end('The pool opens at nine.');
    else response.writeHead(404).end();
  }).listen(0, '127.0.0.1');
  await once(host, 'listening');
  url = `http://localhost:${(host.address() as AddressInfo).port}`;
});
afterAll(async () => {
  host.close();
  await server.close();
});

const fileInput = (file: object, text = ''): Input => [
  {
    role: 'user',
    content: [
      { type: 'input_file', ...file },
      { type: 'input_text', text },
    ],
  },
];
const ask = (input: Input, more: object = {}) => client.responses.create({ model: 'scripted', input, ...more });
const base64 = (text: string) => Buffer.from(text).toString('base64');

/** A page is one section of extracted text. */
const page = (text: string) => `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`;

/** A PDF file with one line on each page. */
function toPdf(lines: readonly string[]): string {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Count ${lines.length} /Kids [${lines.map((_, index) => `${4 + 2 * index} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...lines.flatMap((line, index) => [
      `<< /Type /Page /Parent 2 0 R /Contents ${5 + 2 * index} 0 R /Resources << /Font << /F1 3 0 R >> >> >>`,
      `<< /Length ${page(line).length} >>\nstream\n${page(line)}\nendstream`,
    ]),
  ];
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('');
  return `%PDF-1.4\n${body}trailer << /Root 1 0 R /Size ${objects.length + 1} >>\n%%EOF`;
}

describe('a file in the input of a response', () => {
  it('is read by its id, and again by the next response', async () => {
    const id = await server.upload('The pool opens at seven.', 'pool.md', 'user_data');
    const response = await ask(fileInput({ file_id: id }));
    expect(response.output_text).toContain('File: pool.md\nThe pool opens at seven.');
    const { data } = await client.responses.inputItems.list(response.id);
    expect(data).toMatchObject([{ content: [{ type: 'input_file', file_id: id }, { type: 'input_text' }] }]);
    expect(JSON.stringify(data)).not.toContain('seven');
    const alone = await client.responses.create({ model: 'scripted', input: 'on' });
    const next = await ask([{ role: 'user', content: 'on' }], { previous_response_id: response.id });
    expect(next.usage?.input_tokens).toBeGreaterThan((alone.usage?.input_tokens ?? 0) + 10);
  });

  it('is read from its data, each page after its number', async () => {
    const pdf = base64(toPdf(['first words', 'second words']));
    const data = `data:application/pdf;base64,${pdf}`;
    const response = await ask(fileInput({ filename: 'two.pdf', file_data: data }, 'Now.'));
    expect(response.output_text).toMatch(/File: two\.pdf\n\[page 1\]\nfirst words\s+\[page 2\]\nsecond words\s+Now\./);
    const plain = await ask(fileInput({ filename: 'a.txt', file_data: base64('plain') }));
    expect(plain.output_text).toContain('File: a.txt\nplain');
  });

  it('is read from its URL under the rules for addresses', async () => {
    expect((await ask(fileInput({ file_url: `${url}/pool.md` }))).output_text).toContain('opens at nine');
    const param = 'input[0].content[0].file_url';
    await expect(ask(fileInput({ file_url: `${url}/none` }))).rejects.toMatchObject({ status: 400, param });
    const address = url.replace('localhost', '127.0.0.1');
    await expect(ask(fileInput({ file_url: `${address}/pool.md` }))).rejects.toMatchObject({ status: 400, param });
    await expect(ask(fileInput({ file_url: 'file:///etc/passwd' }))).rejects.toMatchObject({ status: 400, param });
  });

  it('is counted, and read in outputs of functions and in conversations', async () => {
    const file = { type: 'input_file', filename: 'a.txt', file_data: base64('one two three four five six') } as const;
    const items: Input = [
      { type: 'function_call', call_id: 'c', name: 'f', arguments: '{}' },
      { type: 'function_call_output', call_id: 'c', output: [file] },
    ];
    expect((await ask(items)).output_text).toContain('three four');
    const counted = await client.responses.inputTokens.count({ model: 'scripted', input: fileInput(file) });
    const empty = await client.responses.inputTokens.count({ model: 'scripted', input: '' });
    expect(counted.input_tokens).toBeGreaterThan(empty.input_tokens + 5);
    const { id } = await client.conversations.create({ items: fileInput(file) as never });
    const response = await ask([{ role: 'user', content: 'on' }], { conversation: id });
    expect(response.usage?.input_tokens).toBeGreaterThan(counted.input_tokens);
  });

  it.each<[object, string, number]>([
    [{ file_id: 'file-none' }, 'input[0].content[0].file_id', 404],
    [{ filename: 'a.bin', file_data: base64('\u0000\u0001\u0002') }, 'input[0].content[0].file_data', 400],
    [{ filename: 'a.txt', file_data: 'not base64!' }, 'input[0].content[0].file_data', 400],
    [{ filename: 'a.txt', file_data: '' }, 'input[0].content[0].file_data', 400],
    [{ filename: 'a.txt' }, 'input[0].content[0].file_id', 400],
    [{ file_id: 'file-1', file_url: 'https://example.org' }, 'input[0].content[0]', 400],
  ])('is refused by name: %j', async (file, param, status) => {
    await expect(ask(fileInput(file))).rejects.toMatchObject({ status, param });
  });
});

it('reads the files in messages of a chat completion', async () => {
  const file = { filename: 'a.txt', file_data: base64('seen by chat') };
  const create = (given: object) =>
    client.chat.completions.create({
      model: 'scripted',
      messages: [{ role: 'user', content: [{ type: 'file', file: given }] }],
    });
  expect((await create(file)).choices[0]?.message.content).toContain('File: a.txt\nseen by chat');
  const param = 'messages[0].content[0].file.file_id';
  await expect(create({ file_id: 'file-none' })).rejects.toMatchObject({ status: 404, param });
});

/** Requests of clients in other languages, sent byte by byte: see `clients/README.md`. */
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scripted, target } from './target.ts';

const FOLDER = join(import.meta.dirname, 'clients');
const MAX_SILENCE_MS = 10_000;

interface Request {
  what: string;
  status: number;
  /** Expected fields of the answer; undefined = a stream. */
  answer: object | undefined;
  bytes: Buffer;
}

function readRequests(file: string): Request[] {
  const blocks = readFileSync(join(FOLDER, file), 'utf8').split(/^### /m);
  return blocks.slice(1).map((block) => {
    const [what = '', expectation = '', ...rest] = block.split('\n');
    const [, status, answer = ''] = /^# (\d+) (.*)$/.exec(expectation) ?? [];
    const [head = '', ...body] = rest.join('\n').trimEnd().split('\n\n');
    return {
      what,
      status: Number(status),
      answer: answer === 'stream' ? undefined : JSON.parse(answer),
      bytes: toBytes(head, body.join('\n\n')),
    };
  });
}

function toBytes(head: string, text: string): Buffer {
  const body = Buffer.from(/multipart/i.test(head) ? `${text}\n`.replaceAll('\n', '\r\n') : text);
  const sent = /^transfer-encoding: chunked$/im.test(head) ? toChunks(body) : body;
  const headers = head.replace(/(?<=content-length: )auto/i, String(body.length)).replaceAll('\n', '\r\n');
  return Buffer.concat([Buffer.from(`${headers}\r\n\r\n`), sent]);
}

function toChunks(body: Buffer): Buffer {
  const middle = Math.floor(body.length / 2);
  const chunks = [body.subarray(0, middle), body.subarray(middle), Buffer.alloc(0)];
  return Buffer.concat(
    chunks.flatMap((chunk) => [Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n')]),
  );
}

/** Sends the request with `Connection: close` and returns the last response on the connection. */
function exchange(bytes: Buffer): Promise<{ status: number; headers: string; body: string }> {
  const end = bytes.indexOf('\r\n');
  const request = Buffer.concat([
    bytes.subarray(0, end),
    Buffer.from('\r\nConnection: close'),
    Buffer.from(
      bytes
        .subarray(end)
        .toString('latin1')
        .replace(/\r\nConnection: [^\r]*/i, ''),
      'latin1',
    ),
  ]);
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(target.url);
    const received: Buffer[] = [];
    const socket = connect(Number(port), hostname, () => socket.write(request));
    socket.setTimeout(MAX_SILENCE_MS, () => socket.destroy(new Error('The server falls silent.')));
    socket.on('data', (data) => received.push(data));
    socket.on('error', reject);
    socket.on('end', () => {
      const text = Buffer.concat(received)
        .toString('utf8')
        .replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
      const [headers = ''] = text.split('\r\n\r\n', 1);
      const raw = text.slice(headers.length + 4);
      const body = /^transfer-encoding: chunked/im.test(headers) ? raw.replaceAll(/^[\da-f]+\r\n|\r\n$/gim, '') : raw;
      resolve({ status: Number(headers.split(' ')[1]), headers, body });
    });
  });
}

describe.runIf(scripted)('requests of clients of other languages', () => {
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.http'))) {
    describe(file, () => {
      it.each(readRequests(file))('$what', async ({ status, answer, bytes }) => {
        const got = await exchange(bytes);
        expect(`${got.status} ${got.status === status ? '' : got.body}`).toBe(`${status} `);
        expect(got.headers).toMatch(/^x-request-id: req_/im);
        if (answer !== undefined) expect(JSON.parse(got.body)).toMatchObject(answer);
        else expect(got.body).toMatch(/^data: \{[\s\S]*data: \[DONE\]/);
      });
    });
  }
});

/**
 * For every operation that the official client also has, both clients are called with the same arguments against an
 * echo server, and their requests are compared. The table of operations follows from the contract and from the methods
 * that the official client has.
 */
import { findOperation, type Operation } from '@selfsame/contract';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ClientOperation, operations } from './generated/operations.ts';
import { createFetchTransport, Selfsame } from './index.ts';
import { type EchoServer, type RecordedRequest, startEchoServer } from './testing/echo-server.ts';
import { sampleOf } from './testing/sample.ts';

/** Operations of the contract that the official client lacks, or calls by another path. */
const NOT_COMPARED: Readonly<Record<string, string>> = {
  'assistants.files.create': 'only in version 1 of the Assistants API',
  'assistants.files.delete': 'only in version 1 of the Assistants API',
  'assistants.files.list': 'only in version 1 of the Assistants API',
  'assistants.files.retrieve': 'only in version 1 of the Assistants API',
  'threads.messages.files.list': 'only in version 1 of the Assistants API',
  'threads.messages.files.retrieve': 'only in version 1 of the Assistants API',
  'evals.runs.cancel': 'the official client adds /cancel to the path that the API description states',
};

type Method = (...words: unknown[]) => PromiseLike<unknown>;

function findMethod(client: object, path: string): Method | undefined {
  const names = path.split('.');
  let owner: unknown = client;
  for (const name of names.slice(0, -1)) owner = (owner as Record<string, unknown> | undefined)?.[name];
  const method = (owner as Record<string, unknown> | undefined)?.[names.at(-1) ?? ''];
  return typeof method === 'function' ? (method.bind(owner) as Method) : undefined;
}

const TOKEN = 'sk-test';
let server: EchoServer;
let official: OpenAI;
let byFetch: Selfsame;
let byUndici: Selfsame;

beforeAll(async () => {
  server = await startEchoServer();
  const account = { organization: 'org-1', project: 'proj_1' };
  official = new OpenAI({ apiKey: TOKEN, adminAPIKey: 'sk-admin', baseURL: server.url, maxRetries: 0, ...account });
  const config = { auth: { token: TOKEN, adminToken: 'sk-admin' }, validation: false, ...account };
  byFetch = new Selfsame({ ...config, transport: createFetchTransport() }, server.url);
  byUndici = new Selfsame(config, server.url);
});

afterAll(async () => {
  await byUndici.close();
  await server.close();
});

const officialMethod = ({ method }: ClientOperation) => {
  const client = new OpenAI({ apiKey: TOKEN });
  return [method, `beta.${method}`].find((path) => findMethod(client, path) !== undefined);
};

/** The arguments of an operation, in the order in which the methods of both clients take them. */
function argumentsOf(operation: Operation): unknown[] {
  const names = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? '');
  const ids = names.map((_name, index) => `id_${index + 1} x/y`);
  const others = Object.fromEntries(names.slice(0, -1).map((name, index) => [name, ids[index]]));
  const query = operation.query === undefined ? {} : (sampleOf(operation.query) as object);
  const body = operation.body === undefined ? {} : (sampleOf(operation.body) as object);
  const position = ids.length === 0 ? [] : [ids.at(-1)];
  const input = { ...others, ...query, ...body };
  return Object.keys(input).length === 0 ? position : [...position, input];
}

async function record(client: object, path: string, words: readonly unknown[]): Promise<RecordedRequest> {
  const before = server.requests.length;
  await findMethod(client, path)?.(...words);
  expect(server.requests).toHaveLength(before + 1);
  return server.requests[before] as RecordedRequest;
}

/** Headers of a connection, or that Node's `fetch` adds; the request does not depend on them. */
const CONNECTION_HEADERS = ['accept-encoding', 'accept-language', 'connection', 'sec-fetch-mode', 'transfer-encoding'];

function comparable(request: RecordedRequest, omitted: readonly string[] = []): RecordedRequest {
  const boundary = /boundary=(.*)$/.exec(request.headers['content-type'] ?? '')?.[1];
  const headers = Object.fromEntries(
    Object.entries(request.headers)
      .filter(([name]) => name !== 'user-agent' && !name.startsWith('x-stainless-') && !omitted.includes(name))
      // Boundaries are random and differ in length.
      .filter(([name]) => boundary === undefined || name !== 'content-length')
      .map(([name, value]) => [name, boundary === undefined ? value : value.replace(boundary, 'BOUNDARY')]),
  );
  return { ...request, headers, body: boundary === undefined ? request.body : sortParts(request.body, boundary) };
}

/** The order of the parts depends on the timing of promises in the official client; that of repeated names does not. */
function sortParts(body: string, boundary: string): string {
  const parts = body.split(`--${boundary}`).map((part) => part.trimEnd());
  const nameOf = (part: string) => /name="([^"]*)"/.exec(part)?.[1] ?? '';
  return parts.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0)).join('BOUNDARY');
}

const compared = Object.entries(operations)
  .map(([id, row]) => ({ id, row, path: officialMethod(row) }))
  .filter(({ id }) => NOT_COMPARED[id] === undefined);

describe('requests of both clients', () => {
  it.each(compared)('$id sends the same method, path, query, headers and body as the official client', async (each) => {
    const { id, row, path } = each;
    expect(path, `the official client has no method ${row.method}`).toBeDefined();
    const operation = findOperation(id) as Operation;
    const expected = await record(official, path ?? '', argumentsOf(operation));
    const actual = await record(byFetch, row.method, argumentsOf(operation));
    expect(comparable(actual)).toEqual(comparable(expected));
    const overUndici = await record(byUndici, row.method, argumentsOf(operation));
    expect(comparable(overUndici, CONNECTION_HEADERS)).toEqual(comparable(expected, CONNECTION_HEADERS));
  });

  it('the table of compared operations lists every operation of the contract, except those with a reason', () => {
    console.log(`${compared.length} operations compared with the official client ${OpenAI.name}`);
    const stale = Object.keys(NOT_COMPARED).filter(
      (id) => operations[id] === undefined && findOperation(id) !== undefined,
    );
    expect(stale).toEqual([]);
    expect(compared.length + Object.keys(NOT_COMPARED).filter((id) => operations[id] !== undefined).length).toBe(
      Object.keys(operations).length,
    );
  });
});

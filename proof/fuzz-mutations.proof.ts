/**
 * Sends mutated requests of every served operation to a server on loopback: no response is a 5xx, no request hangs,
 * every error has the shape of the API, and every 400 names its parameter. `SELFSAME_TEST_SEED` repeats a run,
 * `SELFSAME_PROOF_CASES=500` makes a short one.
 */
import { operations as declared } from '@selfsame/contract';
import type { Operation } from '@selfsame/contract/operation';
import { expect, it } from 'vitest';
import { findServed } from '../packages/server/src/start/implementations.ts';
import { startTestServer, type TestServer } from '../packages/server/src/start/testing/test-server.ts';
import { type Json, mutateBody, mutateId, mutateQuery } from './fuzz/mutate.ts';
import { createRandom, type Random } from './fuzz/random.ts';
import { bodiesOf, createFixtures, type Fixtures, FORMS } from './fuzz/valid-requests.ts';

const operations = findServed(declared);
const SEED = Number(process.env['SELFSAME_TEST_SEED'] ?? 1);
const CASES = Number(process.env['SELFSAME_PROOF_CASES'] ?? 10_000);
const MAX_ANSWER_MS = 10_000;
const AT_ONCE = 8;
const MAX_SHOWN = 20;

/** 400s about the body, the URL or the request as a whole, or about the state of an object: they have no parameter. */
const WITHOUT_PARAM = new Set([
  'invalid_json',
  'bad_request',
  'invalid_beta',
  'active_run',
  'invalid_run_status',
  'upload_not_pending',
  'batch_not_cancellable',
  'vector_store_expired',
]);
const ABOUT_BODY = /the request body|The request body|JSON of your request/;

interface Case {
  operation: Operation;
  url: string;
  init: RequestInit;
}

function toCase(operation: Operation, { ids, random, base }: { ids: Fixtures; random: Random; base: string }): Case {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const known =
      (operation.id.startsWith('vectorStores.fileBatches') && name === 'batch_id'
        ? ids.store_batch_id
        : ids[name as keyof Fixtures]) ?? 'x';
    // Other cases need the objects, so deletes get a mutated id.
    return random.below(8) === 0 || operation.method === 'DELETE' ? mutateId(known, random) : known;
  });
  const query =
    random.below(operation.query === undefined ? 8 : 2) === 0
      ? mutateQuery(Object.keys(operation.query?.properties ?? {}), random)
      : '';
  const headers: Record<string, string> = {};
  if (operation.beta !== undefined)
    headers['openai-beta'] = random.pick([
      'assistants=v2',
      'assistants=v2',
      'assistants=v2',
      'assistants=v1',
      'assistants=v9',
      '',
    ]);
  return {
    operation,
    url: `${base}/v1${path}${query}`,
    init: { method: operation.method, ...contentOf(operation, { ids, random, headers }) },
  };
}

function contentOf(
  operation: Operation,
  { ids, random, headers }: { ids: Fixtures; random: Random; headers: Record<string, string> },
): RequestInit {
  if (operation.method !== 'POST') return { headers };
  if (operation.encoding === 'multipart')
    return { headers, body: mutatedForm(FORMS[operation.id] ?? {}, operation, random) };
  headers['content-type'] = random.pick([
    'application/json',
    'application/json',
    'application/json',
    'application/json',
    'application/json; charset=utf-8',
    'text/plain',
  ]);
  return { headers, body: mutateBody((bodiesOf(ids)[operation.id] ?? {}) as Json, random) };
}

function mutatedForm(valid: Record<string, string>, { id }: Operation, random: Random): FormData {
  const form = new FormData();
  const fields = JSON.parse(
    random.below(2) === 0 ? JSON.stringify(valid) : safeObject(mutateBody(valid, random)),
  ) as object;
  for (const [name, value] of Object.entries(fields))
    form.append(name, typeof value === 'string' ? value : JSON.stringify(value));
  const name = id === 'files.create' ? 'file' : 'data';
  if (random.below(4) > 0)
    form.append(name, new File(['hello'], random.pick(['a.txt', 'a.jsonl', '.', 'ü'.repeat(100), 'x.pdf', 'x.docx'])));
  if (random.below(6) === 0) form.append(name, random.pick(['text', '']));
  return form;
}

function safeObject(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? text : '{}';
  } catch {
    return '{}';
  }
}

/** What is wrong with the answer; undefined if nothing is. */
async function faultOf({ url, init }: Case, statuses: Record<string, number>): Promise<string | undefined> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(MAX_ANSWER_MS) });
  statuses[response.status] = (statuses[response.status] ?? 0) + 1;
  const text = await response.text();
  if (response.status >= 500) return `${response.status} ${text}`;
  if (response.headers.get('content-type')?.startsWith('text/event-stream') === true) {
    return /"type":"server_error"/.test(text) ? `a stream ended by ${text.slice(-500)}` : undefined;
  }
  if (response.status < 400) return undefined;
  const { error } = JSON.parse(text) as {
    error?: { message?: unknown; type?: unknown; param?: unknown; code?: unknown };
  };
  if (
    typeof error?.message !== 'string' ||
    typeof error.type !== 'string' ||
    !('param' in error) ||
    typeof error.code !== 'string'
  )
    return `not the shape of an error: ${text}`;
  const hasNoParam = WITHOUT_PARAM.has(error.code) || ABOUT_BODY.test(error.message);
  if (response.status === 400 && error.param === null && !hasNoParam) return `400 without a parameter: ${text}`;
  return undefined;
}

async function prepare(server: TestServer): Promise<Fixtures> {
  return createFixtures(async (path, body, headers = {}) => {
    const isForm = body instanceof FormData;
    const response = await fetch(`${server.url}/v1${path}`, {
      method: 'POST',
      headers: isForm ? headers : { 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${text}`);
    return JSON.parse(text) as Record<string, string>;
  });
}

function describe({ operation, url, init }: Case): string {
  const body =
    typeof init.body === 'string'
      ? init.body.slice(0, 600)
      : init.body instanceof FormData
        ? JSON.stringify([...init.body])
        : '';
  return `${operation.id} ${url.slice(url.indexOf('/v1'), 300)} ${JSON.stringify(init.headers ?? {})} ${body}`;
}

it(`answers ${CASES} mutated requests without a 5xx, a hang or an unnamed parameter (seed ${SEED})`, async () => {
  const server = await startTestServer({ logLevel: 'error' });
  const ids = await prepare(server);
  const random = createRandom(SEED);
  const cases = Array.from({ length: CASES }, (_, at) =>
    toCase(operations[at % operations.length] as Operation, { ids, random, base: server.url }),
  );
  const faults: string[] = [];
  const statuses: Record<string, number> = {};
  const work = async () => {
    for (let each = cases.pop(); each !== undefined; each = cases.pop()) {
      const fault = await faultOf(each, statuses).catch((error: Error) => `${error.name}: ${error.message}`);
      if (fault !== undefined) faults.push(`${fault.slice(0, 700)}\n    ${describe(each)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  console.log(statuses);
  const { error } = (await (await fetch(`${server.url}/v1/models/none`)).json()) as { error: { code: string } };
  await server.close();
  expect(error.code).toBe('model_not_found');
  expect(faults.slice(0, MAX_SHOWN)).toEqual([]);
});

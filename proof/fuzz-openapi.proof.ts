/**
 * Schemathesis generates valid and invalid requests of the served operations from the OpenAPI document of a running
 * server, and compares every response with the document.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { operations } from '@selfsame/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findServed } from '../packages/server/src/start/implementations.ts';
import { openStorage } from '../packages/server/src/start/storage.ts';
import { startTestServer, type TestServer } from '../packages/server/src/start/testing/test-server.ts';

const run = promisify(execFile);

const SCHEMATHESIS = 'schemathesis==4.32.5';
const SEED = process.env['SELFSAME_TEST_SEED'] ?? '1';
/**
 * Generated requests of each operation; with those that cover each keyword of the document they are more than
 * `MIN_CASES`.
 */
const CASES_PER_OPERATION = 40;
const MIN_CASES = 8000;
const MAX_RUN_MS = 900_000;

/**
 * What is left out: rejections that follow from more than a schema (`positive_data_acceptance`, e.g. an id that nothing
 * has), unknown query parameters, which are ignored on purpose (`negative_data_rejection`), and `Allow` of a literal
 * path that also fits the template of another.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'missing_required_header',
  'unsupported_method',
  'ignored_auth',
  'use_after_free',
];

interface Report {
  operations: { tested: number };
  test_cases: { generated: number };
  failures: unknown[];
  errors: unknown[];
}

let folder: string;
let program: string | undefined;
let server: TestServer;
let secret: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'selfsame-fuzz-'));
  program = await install(folder).catch((error: unknown) => {
    process.stderr.write(`Schemathesis cannot be installed: ${String(error)}\n`);
    return undefined;
  });
  const dataDir = join(folder, 'data');
  const storage = await openStorage({ dataDir });
  secret = (await storage.apiKeys.create({ name: 'fuzz' })).secret;
  await storage.repositories.close();
  server = await startTestServer({ dataDir });
}, 600_000);

afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** Installs Schemathesis into an environment of its own and returns its program. */
async function install(into: string): Promise<string> {
  const environment = join(into, 'venv');
  await run('python3', ['-m', 'venv', environment]);
  const bin = join(environment, process.platform === 'win32' ? 'Scripts' : 'bin');
  await run(join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', SCHEMATHESIS]);
  return join(bin, 'schemathesis');
}

async function fuzz(path: string): Promise<Report> {
  const report = join(folder, 'report.json');
  const options = {
    url: `${server.url}/v1`,
    header: `Authorization: Bearer ${secret}`,
    checks: CHECKS.join(','),
    phases: 'examples,coverage,fuzzing',
    'max-examples': String(CASES_PER_OPERATION),
    seed: SEED,
    workers: '2',
    'exclude-by': '/x-selfsame-served == false',
    'request-timeout': '60',
    report: 'json',
    'report-json-path': report,
  };
  const given = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  const flags = ['run', `${server.url}/openapi.json`, '--continue-on-failure', '--no-color', ...given];
  // It exits with 1 when it finds something; the report says what.
  await run(path, flags, { cwd: folder, timeout: MAX_RUN_MS, maxBuffer: 2 ** 26 }).catch(() => undefined);
  return JSON.parse(await readFile(report, 'utf8'));
}

describe('requests generated from the OpenAPI document', () => {
  it('answers requests generated from the OpenAPI document as it says, without a server error', async ({ skip }) => {
    if (program === undefined) return skip('Schemathesis cannot be installed: the package registry is out of reach.');
    const report = await fuzz(program);
    process.stderr.write(`Schemathesis generated ${report.test_cases.generated} requests.\n`);
    expect(report.failures).toEqual([]);
    expect(report.errors).toEqual([]);
    expect(report.operations.tested).toBe(findServed(operations).length);
    expect(report.test_cases.generated).toBeGreaterThanOrEqual(MIN_CASES);
    expect(server.logged()).not.toContain('"level":50');
  });
});

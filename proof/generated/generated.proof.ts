/**
 * The generated suites of the official client for responses and conversations, unmodified, through real ids.
 * `SELFSAME_TEST_OPENAI_NODE` names a checkout of the client; without it, the suite is skipped.
 */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { startTestServer } from '../../packages/server/src/start/testing/test-server.ts';
import { startRealIds } from './real-ids.ts';

const CHECKOUT = process.env['SELFSAME_TEST_OPENAI_NODE'];
const REPOSITORY = join(import.meta.dirname, '../..');
const FOLDERS = ['responses', 'conversations'];
const run = promisify(execFile);

if (CHECKOUT === undefined) console.warn('NOT TESTED: generated suites, because SELFSAME_TEST_OPENAI_NODE is not set.');

interface Report {
  numPassedTests: number;
  numFailedTests: number;
  testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[];
}

describe.runIf(CHECKOUT !== undefined)('the generated suites of openai-node', () => {
  it('pass', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'selfsame-generated-'));
    const server = await startTestServer();
    const proxy = await startRealIds(`${server.url}/v1`);
    try {
      for (const name of FOLDERS) {
        await mkdir(join(folder, name));
        await cp(join(CHECKOUT ?? '', 'tests/api-resources', name), join(folder, name), { recursive: true });
      }
      await symlink(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
      const config = `export default { test: { globals: true, include: ['**/*.test.ts'] } };`;
      await writeFile(join(folder, 'vitest.config.mjs'), config);
      const words = ['vitest', 'run', '--root', folder, '--reporter=json', '--outputFile', join(folder, 'report.json')];
      const env = { ...process.env, TEST_API_BASE_URL: proxy.url, OPENAI_BASE_URL: '' };
      await run('npx', words, { env, cwd: REPOSITORY }).catch(() => undefined);
      const report = JSON.parse(await readFile(join(folder, 'report.json'), 'utf8')) as Report;
      const failed = report.testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .filter(({ status }) => status === 'failed')
        .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0]?.split('\n')[0]}`);
      console.info(`${report.numPassedTests} passed, ${report.numFailedTests} failed`);
      expect(failed).toEqual([]);
      expect(report.numPassedTests).toBeGreaterThan(20);
    } finally {
      await proxy.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

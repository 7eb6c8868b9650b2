import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import OpenAI from 'openai';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createSandboxServer } from '../../../../examples/sandbox-server/server.ts';
import { type Config, loadConfig } from '../config/load.ts';
import { temporaryDirectory } from '../models/testing/temporary-directory.ts';
import { createBubblewrapSandbox } from '../sandbox/bubblewrap/bubblewrap.ts';
import { canExecuteCode } from '../sandbox/testing/can-execute-code.ts';
import { findSandbox } from './sandbox.ts';
import { startTestServer } from './testing/test-server.ts';

const TOKEN = 'token-of-the-test';
const SERVER = { token: TOKEN, maxSessions: 4, idleMs: 60_000 };

async function load(settings: Record<string, string>): Promise<Config> {
  return loadConfig({ ...settings, dataDir: await temporaryDirectory() }, {}).config;
}

async function find(settings: Record<string, string>): Promise<string> {
  const sandbox = await findSandbox(await load(settings));
  return typeof sandbox === 'string' ? sandbox : sandbox.name;
}

async function startRemote(): Promise<string> {
  const server = createSandboxServer({ ...SERVER, sandbox: createBubblewrapSandbox() }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const canExecute = await canExecuteCode();

describe('the sandbox of a server', () => {
  it('names every setting and program that is missing', async () => {
    expect(await find({ sandbox: 'remote' })).toContain("'sandboxUrl'");
    const root = await temporaryDirectory();
    expect(await find({ sandboxRoot: root })).toMatch(/'sandboxUrl'.*Install python3.*selfsame sandbox pull/s);
    expect(await find({ sandboxUrl: 'http://127.0.0.1:1', sandbox: 'remote' })).toContain('opens no session');
  });

  it.skipIf(!canExecute)('is the remote one if its address is set, and else that of the machine', async () => {
    const sandboxUrl = await startRemote();
    expect(await find({ sandboxUrl, sandboxToken: TOKEN })).toBe('remote');
    expect(await find({ sandboxUrl, sandboxToken: 'wrong' })).toBe('bubblewrap');
    expect(await find({ sandboxUrl, sandboxToken: TOKEN, sandbox: 'bubblewrap' })).toBe('bubblewrap');
    expect(await find({})).toBe('bubblewrap');
  });

  it.skipIf(!canExecute)('executes the code of a response at another server', async () => {
    const sandboxUrl = await startRemote();
    const server = await startTestServer({ sandbox: 'remote', sandboxUrl, sandboxToken: TOKEN });
    onTestFinished(() => server.close());
    const { responses } = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
    const call = { name: 'code_interpreter', arguments: { code: 'print(6 * 7)' } };
    const response = await responses.create({
      model: 'scripted',
      input: `@script ${JSON.stringify({ calls: [call] })}\nask`,
      tools: [{ type: 'code_interpreter', container: { type: 'auto' } }],
    });
    expect(response.output_text).toBe('42');
  });
});

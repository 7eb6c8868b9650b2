/** A whole server on a free port with a database of its own and the scripted engine: what server tests talk to. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { loadConfig } from '../../config/load.ts';
import type { SettingName } from '../../config/settings.ts';
import { type RunningServer, startServer } from '../server.ts';

export interface TestServer extends RunningServer {
  dataDir: string;
  /** What was logged, as JSON lines. */
  logged(): string;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
}

export async function startTestServer(settings: Partial<Record<SettingName, string>> = {}): Promise<TestServer> {
  const dataDir = settings.dataDir ?? (await mkdtemp(join(tmpdir(), 'selfsame-test-')));
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const { config } = loadConfig(
    {
      port: '0',
      scripted: 'true',
      pull: 'false',
      builtIn: 'false',
      checkResponses: 'true',
      logLevel: 'info',
      ...settings,
      dataDir,
    },
    {},
  );
  const server = await startServer(config, pino({ level: config.logLevel, base: null }, sink));
  return {
    ...server,
    dataDir,
    logged: () => lines.join(''),
    post: (path, body, headers = {}) =>
      fetch(`${server.url}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    close: async () => {
      await server.close();
      if (settings.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A chat request whose one user message carries `text`. */
export function chatBody(text: string, more: object = {}): object {
  return { model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }], ...more };
}

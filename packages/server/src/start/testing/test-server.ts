/**
 * A complete server on a free port with its own database and the scripted engine, for tests that send HTTP requests.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import pino from 'pino';
import { type JsonResponse, requestJson, sendRequest, uploadFile } from '../../../../../testing/request.ts';
import { loadConfig } from '../../config/load.ts';
import type { SettingName } from '../../config/settings.ts';
import { type RunningServer, startServer } from '../server.ts';

export interface TestServer extends RunningServer {
  dataDir: string;
  /** The log so far, as JSON lines. */
  logged(): string;
  /** `path` includes `/v1` here and in `request`. */
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  request<T>(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<JsonResponse<T>>;
  /** Uploads a file and returns its id. Default: `a.txt` for assistants. */
  upload(text?: string, name?: string, purpose?: string): Promise<string>;
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
    post: (path, body, headers = {}) => sendRequest(`${server.url}${path}`, { method: 'POST', body, headers }),
    request: (method, path, body, headers = {}) => requestJson(`${server.url}${path}`, { method, body, headers }),
    upload: (text = 'x', name = 'a.txt', purpose) => uploadFile(`${server.url}/v1`, new File([text], name), purpose),
    close: async () => {
      await server.close();
      if (settings.dataDir === undefined) await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** A chat request with the single user message `text`. */
export function chatBody(text: string, more: object = {}): object {
  return { model: 'gpt-4o-mini', messages: [{ role: 'user', content: text }], ...more };
}

/** For tests of one file: a server with the scripted engine, and the official client of it. */
import OpenAI from 'openai';
import { afterAll } from 'vitest';
import type { SettingName } from '../../config/settings.ts';
import { startTestServer, type TestServer } from './test-server.ts';

/** The server is closed after the tests of the file. */
export async function openTestClient(
  settings: Partial<Record<SettingName, string>> = {},
): Promise<{ server: TestServer; client: OpenAI }> {
  const server = await startTestServer(settings);
  afterAll(() => server.close());
  return { server, client: new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 }) };
}

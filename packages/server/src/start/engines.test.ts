import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { expect, it } from 'vitest';
import { loadConfig } from '../config/load.ts';
import { temporaryDirectory } from '../models/testing/temporary-directory.ts';
import { startServer } from './server.ts';
import { startWorker } from './worker.ts';

const NANO = fileURLToPath(new URL('../../../../models/nano/selfsame-nano.gguf', import.meta.url));

it('a server and a worker of one data folder load a model once', async () => {
  const loaded: number[] = [];
  const write = (line: string) => {
    const { msg, pid } = JSON.parse(line);
    if (msg === 'engine loaded') loaded.push(pid);
  };
  const log = pino({ base: null }, { write });
  const dataDir = await temporaryDirectory();
  const flags = { dataDir, port: '0', models: NANO, pull: 'false', threads: '1' };
  const server = await startServer(loadConfig({ ...flags, jobPlaces: '0' }, {}).config, log);
  const worker = await startWorker(loadConfig(flags, {}).config, log);
  const request = { model: 'selfsame-nano', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 4 };
  const post = async (path: string, body: object): Promise<{ id: string; status: string }> => {
    const headers = { 'content-type': 'application/json' };
    const init = body instanceof FormData ? { body } : { body: JSON.stringify(body), headers };
    const response = await fetch(`${server.url}/v1${path}`, { method: 'POST', ...init });
    expect(response.status).toBe(200);
    return (await response.json()) as { id: string; status: string };
  };
  const line = JSON.stringify({ custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: request });
  const form = new FormData();
  form.append('purpose', 'batch');
  form.append('file', new File([line], 'in.jsonl'));
  const [file] = await Promise.all([post('/files', form), post('/chat/completions', request)]);
  const wanted = { input_file_id: file.id, endpoint: '/v1/chat/completions', completion_window: '24h' };
  const { id } = await post('/batches', wanted);
  const retrieve = async () => (await fetch(`${server.url}/v1/batches/${id}`)).json();
  await expect.poll(retrieve, { timeout: 20_000 }).toMatchObject({ request_counts: { completed: 1 } });
  expect(loaded).toHaveLength(1);
  expect(server.registry.reports()).toMatchObject([{ report: { pid: loaded[0] } }]);
  await Promise.all([worker.close(), server.close()]);
  expect(() => process.kill(loaded[0] ?? 0, 0)).toThrow('ESRCH');
});

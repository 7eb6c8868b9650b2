import { fileURLToPath } from 'node:url';
import pino from 'pino';
import { expect, it } from 'vitest';
import { requestJson, uploadFile } from '../../../../testing/request.ts';
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
    const made = await requestJson<{ id: string; status: string }>(`${server.url}/v1${path}`, { body });
    expect(made.status).toBe(200);
    return made.body;
  };
  const line = JSON.stringify({ custom_id: 'a', method: 'POST', url: '/v1/chat/completions', body: request });
  const file = new File([line], 'in.jsonl');
  const uploaded = uploadFile(`${server.url}/v1`, file, 'batch');
  const [input_file_id] = await Promise.all([uploaded, post('/chat/completions', request)]);
  const wanted = { input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' };
  const { id } = await post('/batches', wanted);
  const retrieve = async () => (await fetch(`${server.url}/v1/batches/${id}`)).json();
  await expect.poll(retrieve, { timeout: 20_000 }).toMatchObject({ request_counts: { completed: 1 } });
  expect(loaded).toHaveLength(1);
  expect(server.registry.reports()).toMatchObject([{ report: { pid: loaded[0] } }]);
  await Promise.all([worker.close(), server.close()]);
  expect(() => process.kill(loaded[0] ?? 0, 0)).toThrow('ESRCH');
});

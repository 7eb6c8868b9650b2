import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../metrics/metrics.ts';
import { openStorage } from './storage.ts';
import { chatBody, startTestServer, type TestServer } from './testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function scrape(headers: Record<string, string> = {}, url = server.url): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers });
  expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
  return await response.text();
}

/** The value of a series; 0 = it does not exist. */
function seriesOf(text: string, series: string): number {
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? 0 : Number(line.slice(series.length + 1));
}

const CHAT = 'operation="chat.completions.create"';

describe('/metrics', () => {
  it('/metrics counts requests by operation and status, refused ones too, with their duration', async () => {
    const before = await scrape();
    await server.post('/v1/chat/completions', chatBody('one two'));
    await server
      .post('/v1/chat/completions', chatBody('@script {"tokens":3,"delayMs":20}\n', { stream: true }))
      .then((r) => r.text());
    await server.post('/v1/chat/completions', '{"broken');
    await fetch(`${server.url}/v1/nowhere`);
    const after = await scrape();
    const more = (series: string) => seriesOf(after, series) - seriesOf(before, series);
    expect(more(`selfsame_http_requests_total{${CHAT},status="200"}`)).toBe(2);
    expect(more(`selfsame_http_requests_total{${CHAT},status="400"}`)).toBe(1);
    expect(more('selfsame_http_requests_total{operation="none",status="404"}')).toBe(1);
    expect(more(`selfsame_http_request_seconds_count{${CHAT}}`)).toBe(3);
    expect(more(`selfsame_http_request_seconds_sum{${CHAT}}`)).toBeGreaterThan(0.05);
    expect(more(`selfsame_first_event_seconds_count{${CHAT}}`)).toBe(1);
  });

  it('/metrics counts tokens by model, cached ones too', async () => {
    const before = await scrape();
    await server.post('/v1/chat/completions', chatBody('one two three', { n: 2 }));
    const after = await scrape();
    const more = (name: string) => {
      const series = `${name}{model="scripted",${CHAT}}`;
      return seriesOf(after, series) - seriesOf(before, series);
    };
    expect([more('selfsame_input_tokens_total'), more('selfsame_output_tokens_total')]).toEqual([4, 8]);
  });

  it('/metrics shows running and waiting requests, and a disconnected client as 499', async () => {
    const leaving = new AbortController();
    const body = JSON.stringify(chatBody('@script {"tokens":10000,"delayMs":2}\n', { stream: true }));
    const headers = { 'content-type': 'application/json' };
    const running = Array.from({ length: 6 }, () =>
      fetch(`${server.url}/v1/chat/completions`, { method: 'POST', headers, body, signal: leaving.signal }).catch(
        () => undefined,
      ),
    );
    await expect
      .poll(async () => seriesOf(await scrape(), 'selfsame_engine_waiting_requests{model="scripted"}'))
      .toBe(2);
    const during = await scrape();
    expect(seriesOf(during, 'selfsame_engine_busy_requests{model="scripted"}')).toBe(4);
    expect(seriesOf(during, 'selfsame_http_requests_in_flight')).toBe(7);
    leaving.abort();
    await Promise.all(running);
    await expect.poll(async () => seriesOf(await scrape(), 'selfsame_http_requests_in_flight')).toBe(1);
    expect(seriesOf(await scrape(), `selfsame_http_requests_total{${CHAT},status="499"}`)).toBe(6);
  });

  it('/metrics accepts API keys and the metrics token', async () => {
    const guarded = await startTestServer({ metricsToken: 'secret-token' });
    const status = async (token?: string) =>
      (
        await fetch(
          `${guarded.url}/metrics`,
          token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
        )
      ).status;
    // No key exists yet: the API is open on this machine, the metrics are not.
    expect([await status(), await status('wrong'), await status('secret-token')]).toEqual([401, 401, 200]);
    const { repositories, apiKeys, owner } = await openStorage(guarded as never);
    const { secret } = await apiKeys.create({ projectId: owner.projectId, name: 'x' });
    // The server notices within seconds that a key exists now.
    await expect.poll(() => status(secret), { timeout: 10_000 }).toBe(200);
    expect([await status(), await status('wrong'), await status('secret-token')]).toEqual([401, 401, 200]);
    await repositories.close();
    await guarded.close();
  });

  it('/metrics shows the memory of an engine process and its restarts', async () => {
    const alone = await startTestServer({ scripted: 'false', builtIn: 'true', threads: '1' });
    await alone.post('/v1/chat/completions', chatBody('repeat: a', { temperature: 0, max_tokens: 3 }));
    const text = await scrape({}, alone.url);
    expect(seriesOf(text, 'selfsame_engine_resident_bytes{model="selfsame-nano"}')).toBeGreaterThan(20e6);
    const restarts = 'selfsame_engine_restarts_total{model="selfsame-nano"}';
    expect(text).toContain(`${restarts} 0`);
    process.kill(Number(/"pid":(\d+)/.exec(alone.logged())?.[1]), 'SIGKILL');
    await expect.poll(async () => seriesOf(await scrape({}, alone.url), restarts)).toBe(1);
    await alone.close();
  });
});

describe('/metrics of jobs', () => {
  it('/metrics counts waiting, running and dead jobs, the outcomes of attempts, and what sweeps deleted', async () => {
    const input = '{"custom_id":"a","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4o-mini"}}';
    const input_file_id = await server.upload(input, 'in.jsonl', 'batch');
    const body = { input_file_id, endpoint: '/v1/chat/completions', completion_window: '24h' };
    await server.post('/v1/batches', body);
    const ended = 'selfsame_job_attempts_total{task="batches.finish",outcome="done"}';
    await expect.poll(async () => seriesOf(await scrape(), ended), { timeout: 10_000 }).toBe(1);
    // Every server sweeps once when it starts.
    const expiry = '{task="files.expire"}';
    const runs = `selfsame_housekeeping_runs_total${expiry}`;
    await expect.poll(async () => seriesOf(await scrape(), runs), { timeout: 10_000 }).toBe(1);
    const text = await scrape();
    const at = seriesOf(text, `selfsame_housekeeping_last_success_timestamp_seconds${expiry}`);
    expect(Math.abs(at - Date.now() / 1000)).toBeLessThan(60);
    expect(text).toContain(`selfsame_housekeeping_failures_total${expiry} 0`);
    expect(text).toContain(`selfsame_housekeeping_removed_total${expiry} 0`);
  });

  it('/metrics omits the jobs while the database does not respond', async () => {
    const metrics = createMetrics({
      version: '',
      engines: () => [],
      upstreams: () => [],
      jobs: () => Promise.reject(new Error('gone')),
      now: () => 0,
    });
    const text = await metrics.render();
    expect(text).toContain('selfsame_info');
    expect(text).not.toMatch(/^selfsame_jobs\{/m);
  });
});

describe('the docs', () => {
  const names = createMetrics({
    version: '',
    engines: () => [],
    upstreams: () => [],
    jobs: async () => ({ jobs: [], periodic: [] }),
    now: () => 0,
  }).names();
  const read = (path: string) => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

  it('docs/metrics.md has exactly one row per metric', () => {
    const rows = [...read('docs/metrics.md').matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]);
    expect(new Set(rows)).toEqual(new Set(names));
  });

  it('the dashboard queries existing metrics only', () => {
    const asked = [...read('packaging/grafana-dashboard.json').matchAll(/\b((?:selfsame|process)_\w+)/g)].map(
      (match) => match[1] ?? '',
    );
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((name) => !names.includes(name.replace(/_(bucket|sum|count)$/, '')))).toEqual([]);
  });
});

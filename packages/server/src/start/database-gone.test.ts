import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { initialisePostgres, startPostgres, stopPostgres } from '../storage/sql/testing/postgres-binaries.ts';
import { postgresMissing } from '../storage/sql/testing/postgres-server.ts';
import { chatBody, startTestServer } from './testing/test-server.ts';

describe.skipIf(postgresMissing !== undefined)('a server whose PostgreSQL goes away', () => {
  it('without a database, requests that need records get 503, others succeed, and the server recovers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'selfsame-database-gone-'));
    initialisePostgres(folder);
    let database = await startPostgres(folder);
    const databaseUrl = `postgres:///postgres?user=postgres&host=${encodeURIComponent(folder)}`;
    const server = await startTestServer({ databaseUrl });
    const get = (path: string) => fetch(`${server.url}${path}`);
    const create = () => {
      const form = new FormData();
      form.set('purpose', 'assistants');
      form.set('file', new File(['text'], 'a.txt'));
      return fetch(`${server.url}/v1/files`, { method: 'POST', body: form });
    };
    const first = await create();
    expect(first.status).toBe(200);
    const { id } = (await first.json()) as { id: string };

    await stopPostgres(database, 'SIGINT');
    for (const response of [await create(), await get('/v1/files')]) {
      expect(response.status).toBe(503);
      expect(response.headers.get('retry-after')).toBe('1');
      expect(await response.json()).toMatchObject({ error: { code: 'storage_unavailable', param: null } });
    }
    expect(await (await get('/readyz')).json()).toMatchObject({ status: 'not ready', reason: /database/ });
    // It needs no record while no key exists, and its usage event waits.
    expect((await server.post('/v1/chat/completions', chatBody('hello'))).status).toBe(200);

    database = await startPostgres(folder);
    expect((await get(`/v1/files/${id}`)).status).toBe(200);
    expect((await create()).status).toBe(200);
    expect((await get('/readyz')).status).toBe(200);
    await server.close();
    await stopPostgres(database, 'SIGQUIT');
    rmSync(folder, { recursive: true });
  }, 60_000);
});

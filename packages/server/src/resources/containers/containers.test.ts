import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../start/testing/test-server.ts';

let server: TestServer;
let client: OpenAI;
beforeAll(async () => {
  server = await startTestServer();
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'any', maxRetries: 0 });
});
afterAll(() => server.close());

const upload = async (text: string, name = 'a.csv') =>
  client.files.create({ file: await toFile(Buffer.from(text), name), purpose: 'user_data' });

const errorOf = async (request: Promise<unknown>) => {
  const error: unknown = await request.catch((thrown: unknown) => thrown);
  if (!(error instanceof OpenAI.APIError)) throw new Error('The request did not fail.');
  return { status: error.status as number, code: error.code, param: error.param };
};

describe('containers', () => {
  it('creates a container with the defaults of the API, and retrieves it', async () => {
    const container = await client.containers.create({ name: 'work' });
    expect(container).toEqual({
      id: expect.stringMatching(/^cntr_/) as string,
      object: 'container',
      name: 'work',
      created_at: expect.any(Number) as number,
      status: 'running',
      last_active_at: container.created_at,
      expires_after: { anchor: 'last_active_at', minutes: 20 },
      memory_limit: '1g',
      network_policy: { type: 'disabled' },
    });
    expect(await client.containers.retrieve(container.id)).toEqual(container);
  });

  it('lists containers newest first, by name on request', async () => {
    const first = await client.containers.create({ name: 'listed' });
    const second = await client.containers.create({ name: 'listed' });
    await client.containers.create({ name: 'other' });
    const ids = [];
    for await (const { id } of client.containers.list({ name: 'listed', limit: 1 })) ids.push(id);
    expect(ids).toEqual([second.id, first.id]);
  });

  it('deletes a container', async () => {
    const { id } = await client.containers.create({ name: 'gone' });
    await client.containers.delete(id);
    const expected = { status: 404, code: 'not_found', param: 'container_id' };
    expect(await errorOf(client.containers.retrieve(id))).toEqual(expected);
    expect(await errorOf(client.containers.delete(id))).toEqual(expected);
    expect(await errorOf(client.containers.files.create(id, { file_id: 'file-x' }))).toEqual(expected);
  });

  it('refuses what it cannot honour by name, and creates nothing', async () => {
    const { id: fileId } = await upload('1');
    const create = (more: object) => errorOf(client.containers.create({ name: 'refused', ...more }));
    expect(await create({ network_policy: { type: 'allowlist', allowed_domains: ['a.test'] } })).toMatchObject({
      status: 400,
      param: 'network_policy.type',
    });
    expect(await create({ skills: [{ type: 'skill_reference', skill_id: 's' }] })).toMatchObject({ param: 'skills' });
    expect(await create({ file_ids: [fileId, 'file-missing'] })).toMatchObject({ param: 'file_ids[1]' });
    expect(await create({ memory_limit: '2g' })).toMatchObject({ status: 400, param: 'memory_limit' });
    const { data } = await client.containers.list({ name: 'refused' });
    expect(data).toEqual([]);
  });
});

describe('files of a container', () => {
  it('copies the named files of the project when the container is created', async () => {
    const [a, b] = [await upload('first'), await upload('second')];
    const { id } = await client.containers.create({ name: 'files', file_ids: [a.id, b.id, a.id] });
    const { data } = await client.containers.files.list(id, { order: 'asc' });
    expect(data.map(({ path, bytes, source }) => ({ path, bytes, source }))).toEqual([
      { path: '/mnt/data/a.csv', bytes: 5, source: 'user' },
      { path: `/mnt/data/${b.id}-a.csv`, bytes: 6, source: 'user' },
    ]);
    await client.files.delete(a.id);
    const content = await client.containers.files.content.retrieve(data[0]?.id ?? '', { container_id: id });
    expect(await content.text()).toBe('first');
  });

  it('stores an upload in place of the file with its name', async () => {
    const { id } = await client.containers.create({ name: 'upload' });
    const put = async (text: string) =>
      client.containers.files.create(id, { file: await toFile(Buffer.from(text), '../etc/b.txt') });
    const first = await put('old');
    const second = await put('newer');
    expect(second).toEqual({
      id: expect.stringMatching(/^cfile_/) as string,
      object: 'container.file',
      container_id: id,
      created_at: expect.any(Number) as number,
      bytes: 5,
      path: '/mnt/data/b.txt',
      source: 'user',
    });
    expect(await client.containers.files.retrieve(second.id, { container_id: id })).toEqual(second);
    expect(await errorOf(client.containers.files.retrieve(first.id, { container_id: id }))).toMatchObject({
      status: 404,
      param: 'file_id',
    });
    await client.containers.files.delete(second.id, { container_id: id });
    expect((await client.containers.files.list(id)).data).toEqual([]);
  });

  it('copies a file of the project by its id in JSON, and refuses a request without a file', async () => {
    const { id } = await client.containers.create({ name: 'copy' });
    const { id: fileId } = await upload('abc', 'c.txt');
    const copied = await client.containers.files.create(id, { file_id: fileId });
    expect(copied).toMatchObject({ path: '/mnt/data/c.txt', bytes: 3 });
    expect(await errorOf(client.containers.files.create(id, { file_id: 'file-x' }))).toMatchObject({
      status: 404,
      param: 'file_id',
    });
    expect(await errorOf(client.post(`/containers/${id}/files`, { body: {} }))).toMatchObject({ status: 400 });
  });
});

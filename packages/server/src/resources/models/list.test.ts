import { expect, it } from 'vitest';
import { startTestServer } from '../../start/testing/test-server.ts';

it('lists an alias with the facts of its model, and hides a model whose id is an alias', async () => {
  const aliases = 'gpt-4o=scripted,scripted-embedding=scripted,lost=nothing';
  const server = await startTestServer({ aliases });
  const { data } = (await server.request<{ data: { id: string }[] }>('GET', '/v1/models')).body;
  await server.close();
  const named = ['scripted', 'gpt-4o', 'scripted-embedding', 'lost'];
  expect(data.filter(({ id }) => named.includes(id))).toEqual([
    { id: 'scripted', object: 'model', created: 0, owned_by: 'selfsame' },
    { id: 'gpt-4o', object: 'model', created: 0, owned_by: 'alias of scripted' },
    { id: 'scripted-embedding', object: 'model', created: 0, owned_by: 'alias of scripted' },
  ]);
});

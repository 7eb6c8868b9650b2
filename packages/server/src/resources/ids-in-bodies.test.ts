import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatBody, startTestServer, type TestServer } from '../start/testing/test-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

async function post(path: string, body: object) {
  type Answer = { id: string; error?: { param: string } };
  const headers = { 'openai-beta': 'assistants=v2' };
  const { status, body: found } = await server.request<Answer>('POST', `/v1${path}`, body, headers);
  return { status, ...found };
}

describe('an unknown id in a body', () => {
  const NONE = 'file-none';
  const message = { role: 'user', content: 'x' };
  const attached = { ...message, attachments: [{ file_id: NONE, tools: [{ type: 'file_search' }] }] };
  const search = { file_search: { vector_store_ids: ['vs_none'] } };
  const image = { role: 'user', content: [{ type: 'image_file', image_file: { file_id: NONE } }] };
  it.each([
    ['/threads/runs', { assistant_id: 'asst_none' }, 'assistant_id'],
    ['/threads/THREAD/runs', { assistant_id: 'asst_none' }, 'assistant_id'],
    ['/threads/THREAD/messages', attached, 'attachments[0].file_id'],
    ['/threads/THREAD/messages', image, 'content[0].image_file.file_id'],
    ['/threads', { messages: [message, attached] }, 'messages[1].attachments[0].file_id'],
    ['/threads', { tool_resources: search }, 'tool_resources.file_search.vector_store_ids[0]'],
    [
      '/threads/runs',
      { assistant_id: 'ASSISTANT', tool_resources: search },
      'tool_resources.file_search.vector_store_ids[0]',
    ],
    [
      '/assistants',
      { model: 'scripted', tool_resources: { code_interpreter: { file_ids: [NONE] } } },
      'tool_resources.code_interpreter.file_ids[0]',
    ],
    ['/vector_stores', { file_ids: [NONE] }, 'file_ids[0]'],
    ['/vector_stores/STORE/files', { file_id: NONE }, 'file_id'],
    ['/vector_stores/STORE/file_batches', { file_ids: [NONE] }, 'file_ids[0]'],
    ['/vector_stores/STORE/file_batches', { files: [{ file_id: NONE }] }, 'files[0].file_id'],
    ['/batches', { input_file_id: NONE, endpoint: '/v1/embeddings', completion_window: '24h' }, 'input_file_id'],
  ])('refuses an unknown id in a body of %s and names the parameter: %j', async (path, body, param) => {
    const made = {
      THREAD: await post('/threads', {}),
      STORE: await post('/vector_stores', {}),
      ASSISTANT: await post('/assistants', { model: 'scripted' }),
    };
    const fill = (text: string) => text.replace(/THREAD|STORE|ASSISTANT/g, (name) => made[name as 'THREAD'].id);
    const answer = await post(fill(path), JSON.parse(fill(JSON.stringify(body))));
    expect([400, 404]).toContain(answer.status);
    expect(answer.error?.param).toBe(param);
  });
});

describe('an integer beyond every limit', () => {
  it.each([
    ['/chat/completions', chatBody('x', { max_tokens: 1e308 }), 'max_tokens'],
    ['/chat/completions', chatBody('x', { max_completion_tokens: 1e308 }), 'max_completion_tokens'],
    ['/chat/completions', chatBody('x', { n: 1e308 }), 'n'],
    ['/chat/completions', chatBody('x', { seed: 1e308 }), 'seed'],
    ['/completions', { model: 'scripted', prompt: 'x', max_tokens: 1e308 }, 'max_tokens'],
    ['/completions', { model: 'scripted', prompt: 'x', best_of: 1e308 }, 'best_of'],
    ['/completions', { model: 'scripted', prompt: [1e308] }, 'prompt[0]'],
    ['/embeddings', { model: 'scripted-embedding', input: 'x', dimensions: 1e308 }, 'dimensions'],
    ['/embeddings', { model: 'scripted-embedding', input: [1e308] }, 'input[0]'],
    ['/threads/thread_1/runs', { assistant_id: 'a', max_prompt_tokens: 1e308 }, 'max_prompt_tokens'],
    ['/threads/thread_1/runs', { assistant_id: 'a', max_completion_tokens: 1e308 }, 'max_completion_tokens'],
    [
      '/threads/thread_1/runs',
      { assistant_id: 'a', truncation_strategy: { type: 'last_messages', last_messages: 1e308 } },
      'truncation_strategy.last_messages',
    ],
    ['/vector_stores', { expires_after: { anchor: 'last_active_at', days: 1e308 } }, 'expires_after.days'],
    ['/uploads', { filename: 'a', purpose: 'batch', mime_type: 'a/b', bytes: 1e308 }, 'bytes'],
  ])('refuses an integer beyond every limit in a body of %s and names the parameter: %j', async (path, body, param) => {
    const answer = await post(path, body);
    expect([answer.status, answer.error?.param]).toEqual([400, param]);
  });
});

/** A valid request of every operation, and the objects that they need. */
import type { Json } from './mutate.ts';

export interface ValidRequest {
  params?: Record<string, string>;
  body?: Json;
  /** Fields of a multipart form; `file` is added. */
  form?: Record<string, string>;
  headers?: Record<string, string>;
}

export type Fixtures = Awaited<ReturnType<typeof createFixtures>>;

const TOOL: Json = {
  type: 'function',
  function: {
    name: 'weather',
    description: 'Weather',
    parameters: { type: 'object', properties: { city: { type: 'string', enum: ['A', 'B'] } }, required: ['city'] },
  },
};

const CHAT: { [key: string]: Json } = {
  model: 'scripted',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'hi' }] },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'call_1', type: 'function', function: { name: 'weather', arguments: '{}' } }],
    },
    { role: 'tool', tool_call_id: 'call_1', content: 'rain' },
    { role: 'user', content: 'repeat: ok', name: 'ann' },
  ],
  tools: [TOOL],
  tool_choice: 'auto',
  temperature: 0.5,
  top_p: 0.9,
  n: 1,
  max_completion_tokens: 8,
  stop: ['END'],
  seed: 7,
  user: 'u',
  metadata: { topic: 'cats' },
  store: true,
  stream: false,
};

const MESSAGE: { [key: string]: Json } = {
  role: 'user',
  content: [{ type: 'text', text: 'repeat: hello' }],
  metadata: { a: 'b' },
};

type Send = (path: string, body?: Json | FormData, headers?: Record<string, string>) => Promise<Record<string, string>>;

export async function createFixtures(send: Send) {
  const upload = (name: string, text: string, purpose: string) => {
    const form = new FormData();
    form.set('purpose', purpose);
    form.set('file', new File([text], name, { type: 'text/plain' }));
    return send('/files', form);
  };
  const beta = { 'openai-beta': 'assistants=v2' };
  const line = {
    custom_id: 'a',
    method: 'POST',
    url: '/v1/chat/completions',
    body: { model: 'scripted', messages: [{ role: 'user', content: 'hi' }] },
  };
  const file = await upload('cats.txt', 'Cats sleep for sixteen hours a day.', 'assistants');
  const input = await upload('batch.jsonl', JSON.stringify(line), 'batch');
  const store = await send('/vector_stores', { name: 's', file_ids: [file['id'] ?? ''] });
  const storeBatch = await send(`/vector_stores/${store['id']}/file_batches`, { file_ids: [file['id'] ?? ''] });
  const batch = await send('/batches', {
    input_file_id: input['id'] ?? '',
    endpoint: '/v1/chat/completions',
    completion_window: '24h',
  });
  const assistant = await send('/assistants', { model: 'scripted', tools: [TOOL] }, beta);
  const thread = await send('/threads', { messages: [MESSAGE] }, beta);
  const message = await send(`/threads/${thread['id']}/messages`, MESSAGE, beta);
  const run = await send(`/threads/${thread['id']}/runs`, { assistant_id: assistant['id'] ?? '' }, beta);
  const completion = await send('/chat/completions', CHAT);
  const upload64 = await send('/uploads', {
    filename: 'a.txt',
    bytes: 5,
    mime_type: 'text/plain',
    purpose: 'assistants',
  });
  const idOf = (object: Record<string, string>) => object['id'] ?? '';
  return {
    file_id: idOf(file),
    input_file_id: idOf(input),
    vector_store_id: idOf(store),
    store_batch_id: idOf(storeBatch),
    batch_id: idOf(batch),
    assistant_id: idOf(assistant),
    thread_id: idOf(thread),
    message_id: idOf(message),
    run_id: idOf(run),
    completion_id: idOf(completion),
    upload_id: idOf(upload64),
    step_id: 'step_none',
    model: 'scripted',
  };
}

/** By operation id. */
export function bodiesOf(ids: Fixtures): Record<string, Json> {
  const run: { [key: string]: Json } = {
    assistant_id: ids.assistant_id,
    instructions: 'Be kind.',
    tools: [TOOL],
    metadata: {},
    temperature: 1,
    max_prompt_tokens: 500,
    truncation_strategy: { type: 'last_messages', last_messages: 3 },
    response_format: 'auto',
    tool_choice: 'none',
  };
  const thread: Json = {
    messages: [MESSAGE],
    metadata: { a: 'b' },
    tool_resources: { file_search: { vector_store_ids: [ids.vector_store_id] } },
  };
  const assistant: { [key: string]: Json } = {
    model: 'scripted',
    name: 'a',
    description: 'b',
    instructions: 'c',
    tools: [
      { type: 'file_search', file_search: { max_num_results: 3, ranking_options: { score_threshold: 0.1 } } },
      TOOL,
    ],
    tool_resources: { file_search: { vector_store_ids: [ids.vector_store_id] } },
    metadata: { a: 'b' },
    temperature: 1,
    top_p: 1,
    response_format: { type: 'text' },
  };
  const chunking: Json = { type: 'static', static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 100 } };
  return {
    'batches.create': {
      input_file_id: ids.input_file_id,
      endpoint: '/v1/chat/completions',
      completion_window: '24h',
      metadata: { a: 'b' },
      output_expires_after: { anchor: 'created_at', seconds: 3600 },
    },
    'assistants.create': assistant,
    'assistants.update': assistant,
    'assistants.files.create': { file_id: ids.file_id },
    'chat.completions.create': CHAT,
    'chat.completions.update': { metadata: { a: 'b' } },
    'completions.create': {
      model: 'scripted',
      prompt: ['a', 'b'],
      max_tokens: 4,
      temperature: 0,
      n: 1,
      best_of: 1,
      echo: true,
      stop: null,
      stream: false,
      user: 'u',
      seed: 1,
    },
    'embeddings.create': { model: 'scripted-embedding', input: ['a', 'b'], encoding_format: 'float', user: 'u' },
    'threads.create': thread,
    'threads.update': { metadata: { a: 'b' }, tool_resources: {} },
    'threads.messages.create': {
      ...MESSAGE,
      attachments: [{ file_id: ids.file_id, tools: [{ type: 'file_search' }] }],
    },
    'threads.messages.update': { metadata: { a: 'b' } },
    'threads.runs.create': { ...run, additional_messages: [MESSAGE], additional_instructions: 'x', stream: false },
    'threads.createAndRun': { ...run, thread },
    'threads.runs.submitToolOutputs': { tool_outputs: [{ tool_call_id: 'call_1', output: 'x' }], stream: false },
    'threads.runs.update': { metadata: { a: 'b' } },
    'uploads.complete': { part_ids: ['part_1'], md5: 'd41d8cd98f00b204e9800998ecf8427e' },
    'uploads.create': { filename: 'a.txt', bytes: 5, mime_type: 'text/plain', purpose: 'assistants' },
    'vectorStores.create': {
      name: 's',
      file_ids: [ids.file_id],
      metadata: { a: 'b' },
      expires_after: { anchor: 'last_active_at', days: 1 },
      chunking_strategy: chunking,
    },
    'vectorStores.search': {
      query: 'cats',
      max_num_results: 3,
      rewrite_query: false,
      filters: { type: 'and', filters: [{ type: 'eq', key: 'a', value: 'b' }] },
      ranking_options: { ranker: 'auto', score_threshold: 0 },
    },
    'vectorStores.update': { name: 's', metadata: {}, expires_after: null },
    'vectorStores.files.create': {
      file_id: ids.file_id,
      attributes: { a: 'b', c: 1, d: true },
      chunking_strategy: chunking,
    },
    'vectorStores.files.update': { attributes: { a: 'b' } },
    'vectorStores.fileBatches.create': {
      file_ids: [ids.file_id],
      attributes: { a: 1 },
      chunking_strategy: { type: 'auto' },
    },
  };
}

export const FORMS: Readonly<Record<string, Record<string, string>>> = {
  'files.create': { purpose: 'assistants', 'expires_after[anchor]': 'created_at', 'expires_after[seconds]': '3600' },
  'uploads.parts.create': {},
};

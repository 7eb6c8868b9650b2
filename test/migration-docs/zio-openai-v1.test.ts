/**
 * Sends the request classes of zio-openai with all their fields, and reads the responses as its decoders do: a required
 * field has a value, a nullable one is present.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../packages/server/src/start/testing/test-server.ts';
import { untilValue } from '../../testing/until.ts';
import { toWireName, zioTypes } from './facts.ts';

type Json = Record<string, unknown> & { id: string };

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer();
});

afterAll(() => server.close());

function fieldsOf(type: string): [name: string, presence: string][] {
  const fields = zioTypes.find(({ name }) => name === type)?.fields;
  if (fields === undefined) throw new Error(`${type} is not a class of zio-openai`);
  return Object.entries(fields).map(([name, presence]) => [toWireName(name), presence]);
}

/** Fields that a decoder of the class misses in a response. */
function unreadable(type: string, value: Json): string[] {
  return fieldsOf(type)
    .filter(
      ([name, presence]) => presence !== 'optional' && (value[name] === undefined || isNull(presence, value[name])),
    )
    .map(([name]) => `${type}.${name}`);
}

const isNull = (presence: string, value: unknown) => presence === 'required' && value === null;

const V1 = { 'openai-beta': 'assistants=v1' };

async function call(method: string, path: string, body?: object): Promise<Json> {
  const response = await server.request<Json>(method, `/v1${path}`, body, V1);
  expect([path, response.status, response.body['error']]).toEqual([path, 200, undefined]);
  return response.body;
}

/** Sends a request class; the body has exactly its fields. */
async function send(type: string, path: string, body: object): Promise<Json> {
  const names = fieldsOf(type).map(([name]) => name);
  expect(Object.keys(body).toSorted()).toEqual(names.toSorted());
  return call('POST', path, body);
}

function read(type: string, value: Json): Json {
  expect(unreadable(type, value)).toEqual([]);
  return value;
}

async function readList(type: string, item: string, path: string): Promise<Json[]> {
  const page = read(type, await call('GET', path));
  const items = page['data'] as Json[];
  expect(items.length).toBeGreaterThan(0);
  return items.map((each) => read(item, each));
}

const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const weather = { type: 'function', function: { name: 'weather', description: 'd', parameters } };
const metadata = { key: 'value' };
const model = 'gpt-4o-mini';

const assistantFields = (files: readonly string[]) => ({
  model,
  name: 'n',
  description: 'd',
  instructions: 'i',
  tools: [{ type: 'retrieval' }, weather],
  file_ids: files,
  metadata,
});

const message = (content: string, files: readonly string[]) => ({ role: 'user', content, file_ids: files, metadata });

describe('the shapes of zio-openai in the Assistants API v1', () => {
  it('accepts every field of requests for assistants and their files, and returns every field of the responses', async () => {
    const [one, two] = [await server.upload('text one'), await server.upload('text two')];
    const created = await send('CreateAssistantRequest', '/assistants', assistantFields([one]));
    const { id } = read('AssistantObject', created);
    read('AssistantObject', await send('ModifyAssistantRequest', `/assistants/${id}`, assistantFields([one])));
    read('AssistantFileObject', await send('CreateAssistantFileRequest', `/assistants/${id}/files`, { file_id: two }));
    await readList('ListAssistantsResponse', 'AssistantObject', '/assistants?order=asc&limit=1');
    await readList('ListAssistantFilesResponse', 'AssistantFileObject', `/assistants/${id}/files?order=desc`);
    read('AssistantFileObject', await call('GET', `/assistants/${id}/files/${two}`));
    read('DeleteAssistantFileResponse', await call('DELETE', `/assistants/${id}/files/${two}`));
    read('DeleteAssistantResponse', await call('DELETE', `/assistants/${id}`));
    read('OpenAIFile', await call('GET', `/files/${one}`));
    read('ListFilesResponse', await call('GET', '/files'));
    read('DeleteFileResponse', await call('DELETE', `/files/${two}`));
  });

  it('accepts every field of requests for threads and messages, and returns every field of the responses', async () => {
    const file = await server.upload('text');
    const thread = read(
      'ThreadObject',
      await send('CreateThreadRequest', '/threads', { messages: [message('a', [file])], metadata }),
    );
    const path = `/threads/${thread.id}`;
    read('ThreadObject', await send('ModifyThreadRequest', path, { metadata }));
    const sent = read('MessageObject', await send('CreateMessageRequest', `${path}/messages`, message('b', [file])));
    read('MessageObject', await send('ModifyMessageRequest', `${path}/messages/${sent.id}`, { metadata }));
    await readList('ListMessagesResponse', 'MessageObject', `${path}/messages?order=asc`);
    await readList('ListMessageFilesResponse', 'MessageFileObject', `${path}/messages/${sent.id}/files`);
    read('MessageFileObject', await call('GET', `${path}/messages/${sent.id}/files/${file}`));
    read('DeleteMessageResponse', await call('DELETE', `${path}/messages/${sent.id}`));
    read('DeleteThreadResponse', await call('DELETE', path));
  });

  it('accepts every field of requests for runs, and returns every field of runs and steps that have ended', async () => {
    const tools = [weather];
    const assistant = await send('CreateAssistantRequest', '/assistants', assistantFields([]));
    const thread = await call('POST', '/threads', {
      messages: [{ role: 'user', content: '@script {"calls":[{"name":"weather","arguments":{"city":"Bern"}}]}\nx' }],
    });
    const fields = { assistant_id: assistant.id, model, instructions: 'i', tools, metadata };
    const runs = `/threads/${thread.id}/runs`;
    const run = await send('CreateRunRequest', runs, { ...fields, additional_instructions: 'more' });
    const path = `${runs}/${run.id}`;
    const becomes = (status: string) =>
      untilValue(
        () => call('GET', path),
        (each) => each['status'] === status,
      );
    const waiting = await becomes('requires_action');
    // A run has no usage until it ends.
    expect(unreadable('RunObject', waiting)).toEqual(['RunObject.usage']);
    const action = waiting['required_action'] as { submit_tool_outputs: { tool_calls: Json[] } };
    const [toolCall] = action.submit_tool_outputs.tool_calls.map((each) => read('RunToolCallObject', each));
    const tool_outputs = [{ tool_call_id: toolCall?.id, output: '20' }];
    await send('SubmitToolOutputsRunRequest', `${path}/submit_tool_outputs`, { tool_outputs });
    read('RunObject', await becomes('completed'));
    read('RunObject', await send('ModifyRunRequest', path, { metadata }));
    await readList('ListRunsResponse', 'RunObject', runs);
    const steps = await readList('ListRunStepsResponse', 'RunStepObject', `${path}/steps?order=asc`);
    expect(steps.map(({ type }) => type)).toEqual(['tool_calls', 'message_creation']);
    const whole = { ...fields, thread: { messages: [message('a', [])], metadata } };
    await send('CreateThreadAndRunRequest', '/threads/runs', whole);
  });
});

/** The scripted engine refuses penalties and biases with an effect by name. */
const sampling = {
  frequency_penalty: 0,
  presence_penalty: 0,
  logit_bias: {},
  n: 1,
  seed: 7,
  stop: ['\n'],
  stream: false,
  temperature: 0.5,
  top_p: 0.5,
  user: 'u',
};

describe('the other shapes of zio-openai', () => {
  it('accepts every field of a chat completion, with tools or with the deprecated functions', async () => {
    const messages = [{ role: 'user', content: 'hi', name: 'n' }];
    const shared = {
      model,
      messages,
      ...sampling,
      max_tokens: 5,
      logprobs: true,
      top_logprobs: 2,
      response_format: { type: 'text' },
    };
    const withTools = { tools: [weather], tool_choice: 'auto' };
    const withFunctions = { functions: [weather.function], function_call: 'auto' };
    const names = Object.keys({ ...shared, ...withTools, ...withFunctions });
    expect(names.toSorted()).toEqual(
      fieldsOf('CreateChatCompletionRequest')
        .map(([name]) => name)
        .toSorted(),
    );
    for (const body of [
      { ...shared, ...withTools },
      { ...shared, ...withFunctions },
    ]) {
      read('CreateChatCompletionResponse', await call('POST', '/chat/completions', body));
    }
  });

  it('accepts every field of a completion and of embeddings', async () => {
    const body = {
      model: 'gpt-3.5-turbo-instruct',
      prompt: 'a',
      best_of: 1,
      echo: false,
      logprobs: 1,
      max_tokens: 5,
      suffix: 's',
      ...sampling,
    };
    read('CreateCompletionResponse', await send('CreateCompletionRequest', '/completions', body));
    const embed = { input: 'a', model: 'text-embedding-3-small', encoding_format: 'float', dimensions: 8, user: 'u' };
    const response = read('CreateEmbeddingResponse', await send('CreateEmbeddingRequest', '/embeddings', embed));
    for (const each of response['data'] as Json[]) read('Embedding', each);
  });
});

import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { buildOpenApiDocument } from '../openapi.ts';
import * as completions from './completions.ts';

const document = buildOpenApiDocument({ version: '1', serverUrl: '/v1', operations: [completions.create] });
const ajv = new Ajv2020({ strict: false, discriminator: true });
ajv.addSchema({
  $id: 'api',
  components: JSON.parse(JSON.stringify(document.components), (key, value) =>
    // Ajv derives the tag values from the variants and rejects `mapping`.
    key === 'discriminator' ? { propertyName: value.propertyName } : value,
  ),
});

function errorsOf(pointer: string, value: unknown): string[] {
  const validate = ajv.getSchema(pointer.replace('#', '#/components/schemas/'));
  if (validate === undefined) throw new Error(`${pointer} is not there`);
  void validate(value);
  return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.keyword}`);
}

const minimal = { model: 'm', messages: [{ role: 'user', content: 'Hi' }] };
const check = (changes: object) => errorsOf('api#CreateChatCompletionRequest', { ...minimal, ...changes });

describe('a chat completion request', () => {
  it('accepts a minimal chat request', () => {
    expect(check({})).toEqual([]);
  });

  it('accepts a conversation with tools, formats and every kind of hint', () => {
    const functionTool = {
      name: 'look_up',
      description: 'Looks up.',
      parameters: { type: 'object', x: [1] },
      strict: true,
    };
    expect(
      check({
        messages: [
          { role: 'developer', content: 'Be brief.' },
          { role: 'system', content: [{ type: 'text', text: 'Be kind.' }] },
          {
            role: 'user',
            name: 'ann',
            content: [
              { type: 'text', text: 'Look:', prompt_cache_breakpoint: { mode: 'explicit' } },
              { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==', detail: 'low' } },
              { type: 'image_url', image_url: 'http://localhost/a.png' },
              { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
              { type: 'file', file: { file_id: 'file-1' } },
            ],
          },
          {
            role: 'assistant',
            content: null,
            tool_calls: [{ id: 'c', type: 'function', function: { name: 'look_up', arguments: '{' } }],
          },
          { role: 'tool', tool_call_id: 'c', content: 'nothing' },
          {
            role: 'assistant',
            content: 'No.',
            refusal: null,
            annotations: [],
            audio: { id: 'a', data: '', expires_at: 1, transcript: '' },
          },
          { role: 'function', name: 'old', content: null },
        ],
        tools: [
          { type: 'function', function: functionTool },
          {
            type: 'custom',
            custom: { name: 'sql', format: { type: 'grammar', grammar: { syntax: 'lark', definition: 's' } } },
          },
        ],
        tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [{ type: 'function' }] } },
        response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' }, strict: null } },
        temperature: null,
        stop: ['a', 'b'],
        seed: -5,
        logit_bias: { '50256': -100 },
        stream_options: { include_usage: true },
        prediction: { type: 'content', content: 'x' },
        audio: { voice: { id: 'v' }, format: 'wav' },
        web_search_options: { user_location: { type: 'approximate', approximate: { city: 'Bern' } } },
        moderation: { model: 'm', policy: { input: { mode: 'block' }, output: null } },
        metadata: { a: 'b' },
        user: 'u',
        service_tier: 'flex',
      }),
    ).toEqual([]);
  });

  it.each<[string, object, string[]]>([
    ['an unknown role by its tag alone', { messages: [{ role: 'robot', content: '' }] }, ['/messages/0 discriminator']],
    ['a message without a role by its tag alone', { messages: [{ content: '' }] }, ['/messages/0 discriminator']],
    ['a message that is a string', { messages: ['Hi'] }, ['/messages/0 type']],
    ['no messages', { messages: [] }, ['/messages minItems']],
    [
      'an unknown field of a tool',
      { tools: [{ type: 'function', function: { name: 'f' }, x: 1 }] },
      ['/tools/0 additionalProperties'],
    ],
    ['an unknown field', { temprature: 1 }, [' additionalProperties']],
    [
      'an unknown format',
      { response_format: { type: 'xml' } },
      ['/response_format discriminator', '/response_format type', '/response_format anyOf'],
    ],
    ['a number in a string', { temperature: '1' }, ['/temperature type']],
    ['a number out of range', { top_p: 1.5 }, ['/top_p maximum']],
    ['a fraction for a count', { n: 1.5 }, ['/n type']],
    [
      'a name with a space',
      { tools: [{ type: 'function', function: { name: 'a b' } }] },
      ['/tools/0/function/name pattern'],
    ],
    ['metadata of numbers', { metadata: { a: 1 } }, ['/metadata/a type']],
    [
      'metadata of 17 pairs',
      { metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [i, ''])) },
      ['/metadata maxProperties'],
    ],
  ])('refuses a chat request with %s', (_, changes, errors) => {
    expect(check(changes)).toEqual(errors);
  });

  it('refuses a tool choice that is neither a string nor an object', () => {
    expect(check({ tool_choice: 'maybe' })).toContain('/tool_choice anyOf');
  });
});

describe('a chat completion answer', () => {
  const answer = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'm',
    choices: [
      { index: 0, finish_reason: 'stop', logprobs: null, message: { role: 'assistant', content: 'Hi', refusal: null } },
    ],
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  };

  it('accepts an answer whose content, refusal or logprobs are null', () => {
    expect(errorsOf('api#CreateChatCompletionResponse', answer)).toEqual([]);
    const bare = { ...answer, choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant' } }] };
    expect(errorsOf('api#CreateChatCompletionResponse', bare)).toEqual(['/choices/0 required']);
  });

  it('accepts a last chunk with usage and without choices', () => {
    const chunk = {
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model: 'm',
      choices: [],
      usage: answer.usage,
    };
    expect(errorsOf('api#CreateChatCompletionStreamResponse', chunk)).toEqual([]);
    expect(errorsOf('api#CreateChatCompletionStreamResponse', { ...chunk, usage: null })).toEqual([]);
    expect(errorsOf('api#CreateChatCompletionStreamResponse', answer)).not.toEqual([]);
  });
});

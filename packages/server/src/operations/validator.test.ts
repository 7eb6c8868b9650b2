import { buildOpenApiDocument, chat, embeddings, files, findOperation, models } from '@selfsame/contract';
import type { Operation } from '@selfsame/contract/operation';
import { describe, expect, it } from 'vitest';
import { ApiError } from '../errors/api-error.ts';
import { createValidator } from './validator.ts';

const validator = createValidator(buildOpenApiDocument({ version: '0.0.0', serverUrl: '/v1' }));
const base = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };

function errorOf(
  body: unknown,
  operation: Operation = chat.completions.create,
): Pick<ApiError, 'status' | 'param' | 'code' | 'message'> {
  try {
    validator.body(operation, body);
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('the body was accepted');
}

/** [error, body, param, code, part of the message]. */
const INVALID: readonly (readonly [string, unknown, string | null, string, string])[] = [
  ['not an object', 5, null, 'invalid_type', 'expected an object, but got an integer'],
  ['an array', [], null, 'invalid_type', 'got an array'],
  ['no model', { messages: base.messages }, 'model', 'missing_required_parameter', "'model'"],
  ['no messages', { model: 'm' }, 'messages', 'missing_required_parameter', "'messages'"],
  ['empty messages', { ...base, messages: [] }, 'messages', 'empty_array', 'empty array'],
  ['messages of a wrong type', { ...base, messages: 'hi' }, 'messages', 'invalid_type', 'expected an array'],
  ['null messages', { ...base, messages: null }, 'messages', 'invalid_type', 'but got null'],
  [
    'a message without a role',
    { ...base, messages: [{ content: 'x' }] },
    'messages[0].role',
    'missing_required_parameter',
    'role',
  ],
  [
    'an unknown role',
    { ...base, messages: [{ role: 'bot', content: 'x' }] },
    'messages[0].role',
    'invalid_value',
    "'developer', 'system'",
  ],
  [
    'a role of a wrong type',
    { ...base, messages: [{ role: 1, content: 'x' }] },
    'messages[0].role',
    'invalid_type',
    'an integer',
  ],
  [
    'a user without content',
    { ...base, messages: [{ role: 'user' }] },
    'messages[0].content',
    'missing_required_parameter',
    'content',
  ],
  [
    'content of a wrong type',
    { ...base, messages: [{ role: 'user', content: 5 }] },
    'messages[0].content',
    'invalid_type',
    'one of a string or an array',
  ],
  [
    'an empty list of parts',
    { ...base, messages: [{ role: 'user', content: [] }] },
    'messages[0].content',
    'empty_array',
    'empty array',
  ],
  [
    'an unknown part',
    { ...base, messages: [{ role: 'user', content: [{ type: 'poem' }] }] },
    'messages[0].content[0].type',
    'invalid_value',
    "'text'",
  ],
  [
    'a text part without text',
    { ...base, messages: [{ role: 'user', content: [{ type: 'text' }] }] },
    'messages[0].content[0].text',
    'missing_required_parameter',
    'text',
  ],
  [
    'an unknown property of a tool',
    { ...base, tools: [{ type: 'function', function: { name: 'f', mood: 1 } }] },
    'tools[0].function.mood',
    'unknown_parameter',
    'mood',
  ],
  [
    'a tool message without its call',
    { ...base, messages: [{ role: 'tool', content: 'x' }] },
    'messages[0].tool_call_id',
    'missing_required_parameter',
    'tool_call_id',
  ],
  ['an unknown parameter', { ...base, wings: true }, 'wings', 'unknown_parameter', 'wings'],
  [
    'temperature as text',
    { ...base, temperature: 'hot' },
    'temperature',
    'invalid_type',
    'expected a decimal, but got a string',
  ],
  ['temperature too high', { ...base, temperature: 3 }, 'temperature', 'decimal_above_max_value', '<= 2'],
  ['temperature too low', { ...base, temperature: -1 }, 'temperature', 'decimal_below_min_value', '>= 0'],
  ['a fraction of tokens', { ...base, max_tokens: 1.5 }, 'max_tokens', 'invalid_type', 'an integer, but got a decimal'],
  ['n too large', { ...base, n: 1000 }, 'n', 'integer_above_max_value', '<= 128'],
  ['n of zero', { ...base, n: 0 }, 'n', 'integer_below_min_value', '>= 1'],
  ['stream as text', { ...base, stream: 'yes' }, 'stream', 'invalid_type', 'a boolean'],
  [
    'five stop strings',
    { ...base, stop: ['a', 'b', 'c', 'd', 'e'] },
    'stop',
    'array_above_max_length',
    'maximum length 4',
  ],
  [
    'an unknown stream option',
    { ...base, stream: true, stream_options: { speed: 1 } },
    'stream_options.speed',
    'unknown_parameter',
    'speed',
  ],
  [
    'an unknown response format',
    { ...base, response_format: { type: 'xml' } },
    'response_format.type',
    'invalid_value',
    "'json_schema'",
  ],
  [
    'too many metadata values',
    { ...base, metadata: Object.fromEntries(Array.from({ length: 17 }, (_, i) => [`k${i}`, 'v'])) },
    'metadata',
    'object_above_max_properties',
    '16',
  ],
];

describe('createValidator', () => {
  it.each(INVALID)('reports the error of a request with %s', (_what, body, param, code, part) => {
    const error = errorOf(body);
    expect({ status: error.status, param: error.param, code: error.code }).toEqual({ status: 400, param, code });
    expect(error.message).toContain(part);
  });

  const MIXED: readonly (readonly [string, unknown[], string, string])[] = [
    ['a number among texts', ['a', 'b', 3, 'c'], 'input[2]', 'expected a string, but got an integer'],
    ['a text among token ids', [1, 'a'], 'input[1]', 'expected an integer, but got a string'],
    ['a text among lists of token ids', [[1], 'a'], 'input[1]', 'expected an array, but got a string'],
    ['a text in a list of token ids', [[1], [2, 'a']], 'input[1][1]', 'expected an integer, but got a string'],
    ['an empty text before a number', ['', 3], 'input[0]', 'empty string'],
    ['what no form takes', [{}, 'a'], 'input[0]', 'expected one of a string, an integer or an array'],
  ];
  it.each(MIXED)('names the position of a list with %s', (_what, input, param, part) => {
    const error = errorOf({ model: 'm', input }, embeddings.create);
    expect(error.param).toBe(param);
    expect(error.message).toContain(part);
  });

  it('accepts null for a nullable parameter and a message copied from a response', () => {
    const echoed = { role: 'assistant', content: 'x', refusal: null, annotations: [] };
    expect(() =>
      validator.body(chat.completions.create, { ...base, temperature: null, messages: [...base.messages, echoed] }),
    ).not.toThrow();
  });

  it('removes unknown query parameters and returns their names', () => {
    const query = { limit: '5', client_version: '1', __proto__x: 'y', 'a[b': 'c' };
    expect(validator.query(models.list, query)).toEqual(['limit', 'client_version', '__proto__x', 'a[b']);
    expect(query).toEqual({});
  });

  it.each(['limt', 'limits', 'Limit', 'odrer', 'afer', 'afterr', 'porpose', 'limit ', 'after[]x'])(
    'refuses the query parameter %j, a near miss of a known one',
    (name) => {
      expect(() => validator.query(files.list, { [name]: '5' })).toThrow(
        /^Unknown parameter: '.*'\. Did you mean '\w+'\?$/,
      );
    },
  );

  it.each(['page', 'offset', 'owner', 'user', 'client_version', 'api-version', '_', 'x'.repeat(10_000)])(
    'ignores the unknown query parameter %.20j',
    (name) => {
      expect(validator.query(files.list, { limit: '3', [name]: '5' })).toEqual([name]);
    },
  );

  it('reports where a response differs from its schema', () => {
    expect(findOperation('models.retrieve')).toBeDefined();
    expect(
      validator.findResponseDifference('Model', { id: 'x', object: 'model', created: 'now', owned_by: 'y' }),
    ).toMatch(/created/);
    expect(
      validator.findResponseDifference('Model', { id: 'x', object: 'model', created: 1, owned_by: 'y' }),
    ).toBeUndefined();
  });
});

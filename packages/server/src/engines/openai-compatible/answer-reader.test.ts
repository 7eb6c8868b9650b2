import { describe, expect, it } from 'vitest';
import { createAnswerReader } from './answer-reader.ts';
import { readChunk } from './chunk.ts';

const choice = (delta: object, more: object = {}) => ({ choices: [{ delta, finish_reason: null, ...more }] });

function readAll(
  chunks: readonly object[],
  { top, severalCalls = true }: { top?: number; severalCalls?: boolean } = {},
) {
  const reader = createAnswerReader({ topLogprobs: top, severalCalls });
  const tokens = chunks.flatMap((chunk) => reader.read(readChunk({ ...chunk })));
  const { isDone } = reader;
  const ending = reader.end(true);
  return { tokens: [...tokens, ...(ending?.tokens ?? [])], reason: ending?.reason, usage: reader.usage, isDone };
}

describe('createAnswerReader', () => {
  it('emits one token per chunk with text and reports the last usage', () => {
    const usage = (completion_tokens: number) => ({ prompt_tokens: 7, completion_tokens });
    const seen = readAll([
      choice({ content: '' }),
      { ...choice({ content: 'a' }), usage: usage(1) },
      choice({ content: 'b' }, { finish_reason: 'stop' }),
      { choices: [], usage: { ...usage(2), prompt_tokens_details: { cached_tokens: 4 } } },
    ]);
    expect(seen.tokens).toEqual([
      { type: 'token', text: 'a' },
      { type: 'token', text: 'b' },
    ]);
    expect(seen).toMatchObject({ reason: 'stop', usage: { promptTokens: 7, cachedTokens: 4, completionTokens: 2 } });
  });

  it('reads calls from deltas whose absent fields are null', () => {
    const call = (index: number, fields: object) => choice({ content: null, tool_calls: [{ index, ...fields }] });
    const seen = readAll([
      call(0, { id: 'x', function: { name: 'go', arguments: '' } }),
      call(0, { id: null, function: { name: null, arguments: '{"a"' } }),
      call(0, { function: { arguments: ':1}' } }),
      call(1, { id: 'y', function: { name: 'look', arguments: '{}' } }),
      choice({}, { finish_reason: 'stop' }),
    ]);
    expect(seen.tokens.map(({ calls }) => calls)).toEqual([
      [{ index: 0, name: 'go', arguments: '' }],
      [{ index: 0, arguments: '{"a"' }],
      [{ index: 0, arguments: ':1}' }],
      [{ index: 1, name: 'look', arguments: '' }],
      [{ index: 1, arguments: '{}' }],
    ]);
    // Some servers end a required call with `stop`.
    expect(seen.reason).toBe('tool_calls');
  });

  it('numbers calls that have no index', () => {
    const whole = (id: string, name: string) => ({ id, function: { name, arguments: '{"a":1}' } });
    const seen = readAll([choice({ tool_calls: [whole('x', 'go')] }), choice({ tool_calls: [whole('y', 'go')] })]);
    expect(seen.tokens.flatMap(({ calls = [] }) => calls.map(({ index }) => index))).toEqual([0, 1]);
  });

  it('ends the answer at the second call if parallel calls are off', () => {
    const call = (index: number) => choice({ tool_calls: [{ index, function: { name: 'go', arguments: '{"a":1}' } }] });
    const seen = readAll([call(0), call(1), call(1)], { severalCalls: false });
    expect(seen).toMatchObject({ isDone: true, reason: 'tool_calls' });
    expect(seen.tokens).toHaveLength(1);
  });

  const entry = (token: string, logprob = -1) => ({ token, logprob, bytes: [...Buffer.from(token)], top_logprobs: [] });

  it('emits one token per log probability, with its own text if that is known', () => {
    const { tokens } = readAll(
      [
        choice({ content: 'one two' }, { logprobs: { content: [entry('one'), entry(' two')] } }),
        choice({ content: 'é' }, { logprobs: { content: [entry('\\xc3'), entry('\\xa9')] } }),
      ],
      { top: 2 },
    );
    expect(tokens.map(({ text, logprob }) => [text, logprob?.token])).toEqual([
      ['one', 'one'],
      [' two', ' two'],
      ['é', '\\xc3'],
      ['', '\\xa9'],
    ]);
  });

  it('reads the log probabilities of legacy completions', () => {
    const { tokens, reason } = readAll(
      [
        {
          choices: [
            {
              text: 'ab',
              finish_reason: 'length',
              logprobs: {
                tokens: ['a', 'b'],
                token_logprobs: [-0.5, -0.25],
                top_logprobs: [
                  { a: -0.5, 'bytes:\\xe2\\x82': -3 },
                  { c: -2, b: -0.25 },
                ],
              },
            },
          ],
        },
      ],
      { top: 2 },
    );
    expect(reason).toBe('length');
    expect(tokens).toMatchObject([
      {
        text: 'a',
        logprob: { token: 'a', bytes: [97], logprob: -0.5, top: [{ token: 'a' }, { bytes: [0xe2, 0x82] }] },
      },
      { text: 'b', logprob: { token: 'b', top: [{ token: 'b' }, { token: 'c' }] } },
    ]);
  });

  it('returns the thoughts of a model apart from its text', () => {
    const { tokens } = readAll([
      choice({ reasoning_content: 'hm' }),
      choice({ reasoning: 'so' }),
      choice({ content: 'yes' }),
    ]);
    expect(tokens.map(({ text, thought, thoughtText }) => [text, thought, thoughtText])).toEqual([
      ['', true, 'hm'],
      ['', true, 'so'],
      ['yes', undefined, undefined],
    ]);
  });
});

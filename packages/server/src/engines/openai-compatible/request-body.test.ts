import { describe, expect, it } from 'vitest';
import type { ConversationRequest } from '../language-model.ts';
import type { UpstreamType } from './options.ts';
import { toChatBody, toCompletionBody, toHintHeaders } from './request-body.ts';

const sampling = { temperature: 0.5, topP: 0.9 };
const request: ConversationRequest = { messages: [{ role: 'user', content: 'Hi' }], sampling };
const chat = (fields: Partial<ConversationRequest>, type: UpstreamType = 'vllm') =>
  toChatBody({ ...request, ...fields }, { type, model: 'far' });

describe('toChatBody', () => {
  it('requests a stream with usage, and continuous usage from servers that support it', () => {
    expect(chat({})).toEqual({
      model: 'far',
      stream: true,
      stream_options: { include_usage: true, continuous_usage_stats: true },
      messages: [{ role: 'user', content: 'Hi' }],
      temperature: 0.5,
      top_p: 0.9,
    });
    expect(chat({}, 'ollama')).toMatchObject({ stream_options: { include_usage: true } });
  });

  it('sends all sampling parameters, stop strings and limits', () => {
    const logitBias = new Map([[7, -100]]);
    const fields = { sampling: { ...sampling, seed: 3, frequencyPenalty: 1, presencePenalty: -1, logitBias } };
    expect(chat({ ...fields, maxTokens: 9, stop: ['x'], topLogprobs: 2 })).toMatchObject({
      seed: 3,
      frequency_penalty: 1,
      presence_penalty: -1,
      logit_bias: { 7: -100 },
      max_tokens: 9,
      stop: ['x'],
      logprobs: true,
      top_logprobs: 2,
    });
  });

  it('sends limits to OpenAI by their new name and omits its default values', () => {
    const body = chat({ maxTokens: 9, sampling: { temperature: 1, topP: 1 } }, 'openai');
    expect(body).toMatchObject({ max_completion_tokens: 9 });
    for (const name of ['max_tokens', 'temperature', 'top_p']) expect(body).not.toHaveProperty(name);
    expect(chat({ sampling: { temperature: 1, topP: 1 } })).toMatchObject({ temperature: 1, top_p: 1 });
  });

  it('sends text and image parts, and refuses audio and files by position', () => {
    const image = { type: 'image' as const, url: 'https://example.com/a.png', detail: 'low' as const };
    const text = { type: 'text' as const, text: 'What is this?' };
    expect(chat({ messages: [{ role: 'user', content: [text, image] }] })).toMatchObject({
      messages: [
        { content: [text, { type: 'image_url', image_url: { url: 'https://example.com/a.png', detail: 'low' } }] },
      ],
    });
    const audio = { type: 'audio' as const, data: 'AAAA', format: 'wav' as const };
    const file = { type: 'file' as const, data: 'AAAA' };
    for (const part of [audio, file]) {
      const refused = { code: 'unsupported_value', param: 'messages[0].content[1].type' };
      expect(() => chat({ messages: [{ role: 'user', content: [text, part] }] })).toThrow(
        expect.objectContaining(refused),
      );
    }
  });

  it('omits absent parameters and sends zeros', () => {
    const stream = { stream: true, stream_options: { include_usage: true } };
    const messages = [{ role: 'user', content: 'Hi' }];
    expect(chat({ sampling: {} }, 'other')).toEqual({ model: 'far', messages, ...stream });
    const target = { type: 'other' as const, model: 'far' };
    expect(toCompletionBody({ prompt: 'a', sampling: {}, maxTokens: 16 }, target)).toEqual({
      model: 'far',
      prompt: 'a',
      max_tokens: 16,
      ...stream,
    });
    const zeros = { temperature: 0, topP: 0, frequencyPenalty: 0, presencePenalty: 0 };
    const sent = { temperature: 0, top_p: 0, frequency_penalty: 0, presence_penalty: 0 };
    expect(chat({ sampling: zeros })).toMatchObject(sent);
    const tools = [{ name: 'go', param: 'p' }];
    expect(chat({ sampling: {}, tools, topLogprobs: 0 }, 'other')).toEqual({
      model: 'far',
      messages,
      ...stream,
      tools: [{ type: 'function', function: { name: 'go' } }],
      logprobs: true,
    });
    expect(chat({ tools, parallelToolCalls: true })).toMatchObject({ parallel_tool_calls: true });
  });

  it('sends the empty arguments of an earlier call as an empty object', () => {
    const calls = [{ id: 'c1', name: 'go', arguments: '' }];
    const { messages } = chat({ messages: [{ role: 'assistant', content: '', toolCalls: calls }] });
    expect(messages).toMatchObject([{ tool_calls: [{ function: { arguments: '{}' } }] }]);
  });

  it('sends tool calls, their outputs and only roles that the upstream supports', () => {
    const messages: ConversationRequest['messages'] = [
      { role: 'developer', content: 'Be brief.' },
      { role: 'assistant', content: '', toolCalls: [{ id: 'c1', name: 'go', arguments: '{}' }] },
      { role: 'tool', content: 'gone', toolCallId: 'c1', name: 'go' },
    ];
    const call = { id: 'c1', type: 'function', function: { name: 'go', arguments: '{}' } };
    expect(chat({ messages })).toMatchObject({
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', content: 'gone', tool_call_id: 'c1' },
      ],
    });
    expect(chat({ messages }, 'openai')).toMatchObject({ messages: [{ role: 'developer' }, {}, {}] });
  });

  it('sends formats and tools and refuses a tool choice that the upstream would ignore', () => {
    const schema = { type: 'object' };
    const formatOf = (label: object) => chat({ format: { type: 'json_schema', schema, param: 'p', ...label } });
    expect(formatOf({ name: 'n', description: 'd', strict: true })['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'n', description: 'd', schema, strict: true },
    });
    expect(formatOf({ name: 'n' })['response_format']).toEqual({
      type: 'json_schema',
      json_schema: { name: 'n', schema },
    });
    const tools = [{ name: 'go', description: 'Goes.', parameters: schema, strict: true, param: 'p' }];
    expect(chat({ tools, toolChoice: { name: 'go' }, parallelToolCalls: false })).toMatchObject({
      tools: [{ type: 'function', function: { name: 'go', description: 'Goes.', parameters: schema, strict: true } }],
      tool_choice: { type: 'function', function: { name: 'go' } },
      parallel_tool_calls: false,
    });
    expect(() => chat({ tools, toolChoice: 'required' }, 'ollama')).toThrow(
      expect.objectContaining({ status: 400, param: 'tool_choice' }),
    );
  });
});

describe('toCompletionBody', () => {
  const target = { type: 'vllm' as const, model: 'far' };

  it('sends a prompt as text and as token ids', () => {
    expect(toCompletionBody({ prompt: [1, 2], sampling, maxTokens: 5, topLogprobs: 3 }, target)).toMatchObject({
      prompt: [1, 2],
      max_tokens: 5,
      logprobs: 3,
      stream: true,
    });
    expect(toCompletionBody({ prompt: 'a', suffix: 'b', sampling, maxTokens: 5 }, target)).toMatchObject({
      suffix: 'b',
    });
  });

  it('requests the rest of the context in the form of each type of upstream', () => {
    const bodyAt = (type: 'vllm' | 'llama-server' | 'ollama') =>
      toCompletionBody({ prompt: 'a', sampling }, { ...target, type });
    expect([bodyAt('vllm')['max_tokens'], bodyAt('llama-server')['max_tokens']]).toEqual([null, -1]);
    expect(bodyAt('ollama')).not.toHaveProperty('max_tokens');
  });

  it('refuses parameters that the upstream would handle differently', () => {
    const ask = { prompt: 'a', sampling };
    expect(() => toCompletionBody({ ...ask, maxTokens: 1, promptLogprobs: true }, target)).toThrow(/'echo'/);
    expect(() => toCompletionBody(ask, { ...target, type: 'openai' })).toThrow(/'max_tokens'/);
    expect(() => toCompletionBody({ ...ask, prompt: [1] }, { ...target, type: 'ollama' })).toThrow(
      expect.objectContaining({ status: 400, param: 'prompt' }),
    );
  });
});

describe('hints', () => {
  it('sends hints as router headers and to OpenAI as parameters', () => {
    const hints = { promptCacheKey: 'a b', user: 'u1' };
    expect(toHintHeaders(hints)).toEqual({ 'x-session-id': 'a%20b', 'x-user-id': 'u1' });
    expect(toChatBody(request, { type: 'vllm', model: 'far', hints })).toMatchObject({ user: 'u1' });
    expect(toChatBody(request, { type: 'vllm', model: 'far', hints })).not.toHaveProperty('prompt_cache_key');
    expect(toChatBody(request, { type: 'openai', model: 'far', hints })).toMatchObject({ prompt_cache_key: 'a b' });
  });
});

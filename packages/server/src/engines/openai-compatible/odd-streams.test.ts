import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GenerateEvent, GenerateRequest, ToolFunction } from '../language-model.ts';
import { createUpstreamLanguageModel } from './language-model.ts';
import type { UpstreamType } from './options.ts';
import {
  ODD_COMPLETIONS,
  ODD_STREAMS,
  type OddStream,
  type OddUpstream,
  startOddUpstream,
} from './testing/odd-upstream.ts';
import { upstreamOf } from './testing/upstream-of.ts';

let upstream: OddUpstream;
beforeAll(async () => {
  upstream = await startOddUpstream();
});
afterAll(() => upstream.close());

const city = { type: 'object', properties: { city: { type: 'string' } } };
const TOOLS: readonly ToolFunction[] = [
  { name: 'ping', param: 'p' },
  { name: 'get', parameters: city, param: 'p' },
];
const sampling = {};
const asksChat = ({ name }: OddStream): GenerateRequest => ({
  messages: [{ role: 'user', content: `@odd ${name}` }],
  tools: TOOLS,
  sampling,
});
const asksCompletion = ({ name }: OddStream): GenerateRequest => ({ prompt: `@odd ${name}`, sampling, maxTokens: 9 });

async function answerOf(request: GenerateRequest, whole: boolean, type: UpstreamType = 'other') {
  const model = createUpstreamLanguageModel(upstreamOf([upstream.url], { type }), {
    modelId: 'far',
    upstreamId: 'far',
  });
  const events: GenerateEvent[] = [];
  const { signal } = new AbortController();
  for await (const event of model.doGenerate(request, { signal, priority: 'online', whole })) events.push(event);
  const tokens = events.filter((event) => event.type === 'token');
  const calls: [string, string][] = [];
  for (const { index, name, arguments: text } of tokens.flatMap((token) => token.calls ?? [])) {
    // For clients a call is complete when the next one starts.
    if (name !== undefined) expect(index).toBe(calls.length);
    else expect(index).toBe(calls.length - 1);
    if (name !== undefined) calls.push([name, '']);
    const call = calls[index];
    if (call !== undefined) call[1] += text;
  }
  return { events, tokens, calls, text: tokens.map((token) => token.text).join('') };
}

async function expectRight({ right }: OddStream, request: GenerateRequest, whole: boolean): Promise<void> {
  if (right.error !== undefined) {
    const failed = expect.objectContaining({ status: 502, code: 'upstream_failed' });
    const error = await answerOf(request, whole).catch((thrown: unknown) => thrown);
    expect(error).toEqual(failed);
    expect((error as Error).message).toContain(right.error);
    return;
  }
  const { events, tokens, calls, text } = await answerOf(request, whole);
  expect({ text, calls }).toEqual({ text: right.text ?? '', calls: right.calls ?? [] });
  expect(tokens.filter(({ thought }) => thought === true)).toHaveLength(right.thoughts ?? 0);
  const finish = events.at(-1);
  expect(finish).toMatchObject({ type: 'finish', reason: right.finish_reason });
  if (right.usage === undefined || finish?.type !== 'finish') return;
  if (right.usage === 'estimated') return expect(finish.usage).toBeUndefined();
  const [promptTokens, completionTokens] = right.usage;
  expect(finish.usage).toMatchObject({ promptTokens, completionTokens });
  if (right.cached !== undefined) expect(finish.usage?.cachedTokens).toBe(right.cached);
}

describe('an odd stream of an upstream', () => {
  it.each(ODD_STREAMS)('yields the right answer or a clear error for an odd chat stream: $name', async (stream) => {
    for (const whole of [false, true]) await expectRight(stream, asksChat(stream), whole);
  });

  it.each(ODD_COMPLETIONS)(
    'yields the right answer or a clear error for an odd completion stream: $name',
    async (stream) => {
      for (const whole of [false, true]) await expectRight(stream, asksCompletion(stream), whole);
    },
  );

  it.each(['vllm', 'sglang', 'llama-server', 'ollama', 'openai'] as const)(
    'fails when a stream of %s, which always sends an end mark, ends without it',
    async (type) => {
      const stream = { name: 'a body that ends without a reason and an end mark' } as OddStream;
      await expect(answerOf(asksChat(stream), false, type)).rejects.toThrow(/broke off/);
      const marked = { name: 'an end mark without a reason' } as OddStream;
      expect((await answerOf(asksChat(marked), false, type)).text).toBe('hey');
    },
  );

  it('never returns a call for a request without tools', async () => {
    const request = { ...asksChat({ name: 'calls that end with stop' } as OddStream), tools: undefined };
    await expect(answerOf(request as GenerateRequest, false)).rejects.toThrow(/called a function/);
  });
});

import { describe, expect, it } from 'vitest';
import { runLanguageModelConformance } from '../language-model.conformance.ts';
import type { ContinuationRequest, ConversationRequest, GenerateEvent } from '../language-model.ts';
import { createScriptedLanguageModel } from './language-model.ts';
import { splitScriptedTokens } from './plan.ts';

const slow = '@script {"tokens":500,"delayMs":2}\nslow answer';

runLanguageModelConformance(
  'the scripted engine',
  async () => ({
    model: createScriptedLanguageModel({ contextTokens: 2048 }),
    long: [{ role: 'user', content: slow }],
    toIds: (text) => Array.from(text, (character) => character.codePointAt(0) ?? 0),
    unicode: [{ role: 'user', content: 'emoji a😀😀😀 👩‍👩‍👧 é日本 '.repeat(9) }],
  }),
  {
    skip: [
      { test: 'returns different answers for different seeds, and without a seed', reason: 'an echo draws nothing' },
    ],
  },
);

const model = createScriptedLanguageModel({ contextTokens: 100 });

async function run(content: string, fields: Partial<ConversationRequest> = {}): Promise<GenerateEvent[]> {
  const request = { messages: [{ role: 'user' as const, content }], sampling: { temperature: 1, topP: 1 }, ...fields };
  const events: GenerateEvent[] = [];
  const { signal } = new AbortController();
  for await (const event of model.doGenerate(request, { signal, priority: 'online' })) events.push(event);
  return events;
}

async function goOn(prompt: string | number[], fields: Partial<ContinuationRequest> = {}): Promise<GenerateEvent[]> {
  const events: GenerateEvent[] = [];
  const { signal } = new AbortController();
  const request = { prompt, sampling: { temperature: 1, topP: 1 }, ...fields };
  for await (const event of model.doGenerate(request, { signal, priority: 'online' })) events.push(event);
  return events;
}

const text = (events: readonly GenerateEvent[]) => events.map((e) => (e.type === 'token' ? e.text : '')).join('');

describe('createScriptedLanguageModel', () => {
  it('echoes the last user message and stops', async () => {
    const events = await run('Say it again, please.');
    expect(text(events)).toBe('Say it again, please.');
    expect(events[0]).toEqual({ type: 'start', promptTokens: 6, cachedTokens: 0 });
    expect(events.at(-1)).toEqual({ type: 'finish', reason: 'stop' });
  });

  it('finishes with `stop` if the answer has exactly maxTokens tokens', async () => {
    expect((await run('one two', { maxTokens: 2 })).at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    expect((await run('one two', { maxTokens: 1 })).at(-1)).toEqual({ type: 'finish', reason: 'length' });
  });

  it('returns the text of its directive instead of the message', async () => {
    expect(text(await run('@script {"text":"fixed"}\nignored'))).toBe('fixed');
    expect(text(await run('@script {}\nthe rest'))).toBe('the rest');
  });

  it('returns an answer of the requested number of tokens', async () => {
    const events = await run('@script {"tokens":5}\nab cd');
    expect(text(events)).toBe('ab cdab cdab');
    expect(events.filter((event) => event.type === 'token')).toHaveLength(5);
  });

  it('reports the prompt and cached tokens of its directive and overflows by them', async () => {
    expect((await run('@script {"promptTokens":90,"cachedTokens":7}\nx'))[0]).toMatchObject({
      promptTokens: 90,
      cachedTokens: 7,
    });
    const overflow = run('@script {"promptTokens":90}\nx', { maxTokens: 11 });
    await expect(overflow).rejects.toMatchObject({
      message: expect.stringContaining('101 tokens (90 in the messages'),
    });
    await expect(run('@script {"promptTokens":100}\nx')).rejects.toMatchObject({ code: 'context_length_exceeded' });
  });

  const tools = [
    { name: 'look', param: 'p' },
    { name: 'go', param: 'p' },
  ];
  const calls = '"calls":[{"name":"go","arguments":{"to":"here"}},{"name":"look","arguments":{}}]';

  it('returns the calls of its directive, one token per name plus the tokens of the arguments', async () => {
    const events = await run(`@script {${calls},"text":"so"}\n`, { tools });
    expect(events.slice(1)).toEqual([
      { type: 'token', text: 'so' },
      { type: 'token', text: '', calls: [{ index: 0, name: 'go', arguments: '' }] },
      ...['{"to', '":"h', 'ere"', '}'].map((piece) => ({
        type: 'token',
        text: '',
        calls: [{ index: 0, arguments: piece }],
      })),
      { type: 'token', text: '', calls: [{ index: 1, name: 'look', arguments: '' }] },
      { type: 'token', text: '', calls: [{ index: 1, arguments: '{}' }] },
      { type: 'finish', reason: 'tool_calls' },
    ]);
  });

  it('returns no calls without functions, to disallowed functions or after a function output', async () => {
    expect(text(await run(`@script {${calls}}\nfine`))).toBe('fine');
    const other = run(`@script {${calls}}\n`, { tools: tools.slice(0, 1) });
    await expect(other).rejects.toMatchObject({ status: 400, message: expect.stringContaining("'go'") });
    const messages = [
      { role: 'user' as const, content: `@script {${calls}}\n` },
      { role: 'tool' as const, content: 'seen', toolCallId: 'c' },
    ];
    expect(text(await run('', { tools, messages }))).toBe('seen');
  });

  it('fails before the start or within the answer as its directive says', async () => {
    await expect(run('@script {"failStart":true}\nx')).rejects.toMatchObject({ code: 'engine_failed' });
    const seen: GenerateEvent[] = [];
    const content = '@script {"crashAfter":2}\none two three four';
    const request = { messages: [{ role: 'user' as const, content }], sampling: { temperature: 1, topP: 1 } };
    const { signal } = new AbortController();
    const dying = async () => {
      for await (const event of model.doGenerate(request, { signal, priority: 'online' })) seen.push(event);
    };
    await expect(dying()).rejects.toMatchObject({ code: 'engine_failed', status: 500 });
    expect(seen.map((event) => event.type)).toEqual(['start', 'token', 'token']);
  });

  it('waits before the start and before each token as its directive says', async () => {
    const started = performance.now();
    await run('@script {"startDelayMs":40,"delayMs":20}\none two');
    expect(performance.now() - started).toBeGreaterThanOrEqual(75);
  });

  it.each([
    ['@script {"tokns":5}', "'tokns'"],
    ['@script {"tokens":"5"}', "'tokens' must be a number"],
    ['@script {"tokens":-1}', "'tokens' must be a whole number"],
    ['@script {"calls":[{"name":5}]}', "'calls' must be a list"],
    ['@script [1]', 'JSON object'],
    ['@script {nonsense', 'does not parse'],
  ])('refuses the directive %s by name', async (content, part) => {
    await expect(run(content)).rejects.toMatchObject({ status: 400, message: expect.stringContaining(part) });
  });

  it('returns log probabilities whose best is the token itself and which sum to less than 1', async () => {
    const events = await run('one two', { topLogprobs: 20 });
    expect(await run('one two', { topLogprobs: 20 })).toEqual(events);
    const tokens = events.flatMap((event) => (event.type === 'token' ? [event.logprob] : []));
    expect(tokens.map((each) => each?.token)).toEqual(['one', ' two']);
    for (const each of tokens) {
      expect(each?.top[0]).toEqual({ token: each?.token, bytes: each?.bytes, logprob: each?.logprob });
      expect(each?.top).toHaveLength(20);
      const sum = each?.top.reduce((total, { logprob }) => total + Math.exp(logprob), 0);
      expect(sum).toBeLessThan(1);
      expect(sum).toBeGreaterThan(0.99);
    }
    expect(tokens[0]?.logprob).not.toBe(tokens[1]?.logprob);
    expect((await run('one', { topLogprobs: 0 }))[1]).toMatchObject({ logprob: { token: 'one', top: [] } });
    expect((await run('one'))[1]).toEqual({ type: 'token', text: 'one' });
  });

  it('continues a raw text by repeating it with its suffix', async () => {
    const events = await goOn('one two');
    expect(text(events)).toBe('one two');
    expect(events[0]).toEqual({ type: 'start', promptTokens: 2, cachedTokens: 0 });
    expect(text(await goOn('one', { suffix: ' end' }))).toBe('one end');
    expect(text(await goOn('@script {"text":"fixed"}\none'))).toBe('fixed');
    expect((await goOn('one two', { maxTokens: 0 })).at(-1)).toEqual({ type: 'finish', reason: 'length' });
  });

  it('accepts code points as token ids and refuses other ids', async () => {
    const ids = Array.from('one 😀', (character) => character.codePointAt(0) ?? 0);
    expect(await goOn(ids)).toEqual(await goOn('one 😀'));
    await expect(goOn([0x11_0000])).rejects.toMatchObject({ status: 400, param: 'prompt' });
    await expect(goOn([0xd800])).rejects.toMatchObject({ status: 400, param: 'prompt' });
  });

  it('scores the tokens of a raw text except the first', async () => {
    const [start] = await goOn('one two', { promptLogprobs: true, maxTokens: 0, topLogprobs: 1 });
    const prompt = start?.type === 'start' ? start.prompt : undefined;
    expect(prompt?.map((each) => each.token)).toEqual(['one', ' two']);
    expect(prompt?.[0]).toMatchObject({ logprob: null, top: [] });
    expect(prompt?.[1]?.top[0]?.logprob).toBe(prompt?.[1]?.logprob);
  });

  it('names the parameter `prompt` for a raw text that is too long', async () => {
    await expect(goOn('word '.repeat(101))).rejects.toMatchObject({
      code: 'context_length_exceeded',
      param: 'prompt',
      message: expect.stringContaining('your prompt resulted in'),
    });
    await expect(goOn('@script {"tokns":5}')).rejects.toMatchObject({ status: 400, param: 'prompt' });
  });

  it('splits a text into tokens that join to the same text', () => {
    const all = ' \n lead, 日本語テキスト 😀😀😀😀😀 trail \t';
    expect(splitScriptedTokens(all).join('')).toBe(all);
    expect(splitScriptedTokens('abcdefgh i')).toEqual(['abcd', 'efgh', ' i']);
  });
});

import { describe, expect, it } from 'vitest';
import { runLanguageModelConformance } from '../language-model.conformance.ts';
import type { ConversationRequest, GenerateEvent } from '../language-model.ts';
import { createScriptedLanguageModel, splitScriptedTokens } from './language-model.ts';

const slow = '@script {"tokens":500,"delayMs":2}\nslow answer';

runLanguageModelConformance(
  'the scripted engine',
  async () => ({
    model: createScriptedLanguageModel({ contextTokens: 2048 }),
    long: [{ role: 'user', content: slow }],
    unicode: [{ role: 'user', content: 'emoji a😀😀😀 👩‍👩‍👧 é日本 '.repeat(9) }],
  }),
  { skip: [{ test: 'answers differently for different seeds, and without a seed', reason: 'an echo draws nothing' }] },
);

const model = createScriptedLanguageModel({ contextTokens: 100 });

async function run(content: string, fields: Partial<ConversationRequest> = {}): Promise<GenerateEvent[]> {
  const request = { messages: [{ role: 'user' as const, content }], sampling: { temperature: 1, topP: 1 }, ...fields };
  const events: GenerateEvent[] = [];
  const { signal } = new AbortController();
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

  it('stops, not cuts, when the answer is exactly maxTokens long', async () => {
    expect((await run('one two', { maxTokens: 2 })).at(-1)).toEqual({ type: 'finish', reason: 'stop' });
    expect((await run('one two', { maxTokens: 1 })).at(-1)).toEqual({ type: 'finish', reason: 'length' });
  });

  it('answers what its directive says instead of the message', async () => {
    expect(text(await run('@script {"text":"fixed"}\nignored'))).toBe('fixed');
    expect(text(await run('@script {}\nthe rest'))).toBe('the rest');
  });

  it('makes an answer of the number of tokens asked for', async () => {
    const events = await run('@script {"tokens":5}\nab cd');
    expect(text(events)).toBe('ab cdab cdab');
    expect(events.filter((event) => event.type === 'token')).toHaveLength(5);
  });

  it('reports the prompt and cached tokens that it is told, and overflows by them', async () => {
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

  it('makes the calls it is told, one token for a name and those of the arguments', async () => {
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

  it('makes no calls without functions, nor of others than it may, nor once a function has answered', async () => {
    expect(text(await run(`@script {${calls}}\nfine`))).toBe('fine');
    const other = run(`@script {${calls}}\n`, { tools: tools.slice(0, 1) });
    await expect(other).rejects.toMatchObject({ status: 400, message: expect.stringContaining("'go'") });
    const messages = [
      { role: 'user' as const, content: `@script {${calls}}\n` },
      { role: 'tool' as const, content: 'seen', toolCallId: 'c' },
    ];
    expect(text(await run('', { tools, messages }))).toBe('seen');
  });

  it('dies before the start or in mid-answer where it is told to', async () => {
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

  it('waits before the start and before each token as told', async () => {
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

  it('splits text into pieces that join to the same text', () => {
    const all = ' \n lead, 日本語テキスト 😀😀😀😀😀 trail \t';
    expect(splitScriptedTokens(all).join('')).toBe(all);
    expect(splitScriptedTokens('abcdefgh i')).toEqual(['abcd', 'efgh', ' i']);
  });
});

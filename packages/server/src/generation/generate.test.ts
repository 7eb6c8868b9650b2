import { describe, expect, it } from 'vitest';
import type { GenerateEvent } from '../engines/language-model.ts';
import { createScriptedLanguageModel } from '../engines/scripted/language-model.ts';
import { type ConversationGeneration, type GenerationEvent, type GenerationRequest, generate } from './generate.ts';

const model = createScriptedLanguageModel({ parallelRequests: 4 });

function request(text: string, more: Partial<ConversationGeneration> = {}): ConversationGeneration {
  return {
    model,
    messages: [{ role: 'user', content: text }],
    sampling: { temperature: 1, topP: 1 },
    stop: [],
    choices: 1,
    ...more,
  };
}

async function collect(asked: GenerationRequest, signal = new AbortController().signal): Promise<GenerationEvent[]> {
  return Array.fromAsync(generate(asked, { signal, priority: 'online' }));
}

const textOf = (events: GenerationEvent[], choice = 0) =>
  events.flatMap((event) => (event.type === 'text' && event.choice === choice ? [event.text] : [])).join('');

describe('generate', () => {
  it('yields one start, text, and one finish with the tokens it took', async () => {
    const events = await collect(request('one two three'));
    expect(events[0]).toEqual({ type: 'start', promptTokens: 4, cachedTokens: 0 });
    expect(textOf(events)).toBe('one two three');
    expect(events.at(-1)).toEqual({
      type: 'finish',
      choice: 0,
      reason: 'stop',
      completionTokens: 4,
      reasoningTokens: 0,
    });
  });

  it('never emits a stop string that lies across tokens, nor what follows it', async () => {
    const events = await collect(request('abcdefgh ijkl', { stop: ['defg'] }));
    expect(textOf(events)).toBe('abc');
    // 'abcd' and 'efgh' were sampled; ' ijkl' was not.
    expect(events.at(-1)).toEqual({
      type: 'finish',
      choice: 0,
      reason: 'stop',
      completionTokens: 2,
      reasoningTokens: 0,
    });
  });

  it('emits text that only looked like the beginning of a stop string', async () => {
    expect(textOf(await collect(request('abcdef', { stop: ['defx'] })))).toBe('abcdef');
  });

  it('generates each choice, with one start for all', async () => {
    const events = await collect(request('hello there', { choices: 6 }));
    expect(events.filter((event) => event.type === 'start')).toHaveLength(1);
    expect([0, 1, 2, 3, 4, 5].map((choice) => textOf(events, choice))).toEqual(Array(6).fill('hello there'));
    expect(events.filter((event) => event.type === 'finish')).toHaveLength(6);
  });

  it('generates no more choices in parallel than the model supports', async () => {
    let open = 0;
    let most = 0;
    const counting = {
      ...model,
      async *doGenerate(...given: Parameters<typeof model.doGenerate>) {
        open += 1;
        most = Math.max(most, open);
        try {
          yield* model.doGenerate(...given);
        } finally {
          open -= 1;
        }
      },
    };
    await collect(request('one two', { model: counting, choices: 30 }));
    expect(most).toBe(4);
  });

  it('ends with the reason length at the token limit', async () => {
    const events = await collect(request('one two three', { maxTokens: 2 }));
    expect(events.at(-1)).toMatchObject({ reason: 'length', completionTokens: 2 });
  });

  it('fails with the reason of the signal, and releases the engine', async () => {
    const controller = new AbortController();
    const running = collect(request('@script {"tokens":1000,"delayMs":5}\n', { choices: 4 }), controller.signal);
    setTimeout(() => controller.abort(new Error('gone')), 30);
    await expect(running).rejects.toThrow('gone');
    expect(textOf(await collect(request('next', { choices: 4 })), 3)).toBe('next');
  });

  it('emits calls, flushes held text before them, and does not search them for stop strings', async () => {
    const tools = { functions: [{ name: 'go', param: 'p' }], choice: 'auto' as const, parallel: true };
    const script = '@script {"text":"abcd","calls":[{"name":"go","arguments":{"a":"defg"}}]}\n';
    const events = await collect(request(script, { tools, stop: ['defg', 'cde'] }));
    expect(events.slice(1)).toEqual([
      { type: 'text', choice: 0, text: 'ab', completionTokens: 1 },
      { type: 'text', choice: 0, text: 'cd', completionTokens: 2 },
      { type: 'tool-call', choice: 0, index: 0, name: 'go', completionTokens: 2 },
      { type: 'tool-arguments', choice: 0, index: 0, text: '{"a"', completionTokens: 3 },
      { type: 'tool-arguments', choice: 0, index: 0, text: ':"de', completionTokens: 4 },
      { type: 'tool-arguments', choice: 0, index: 0, text: 'fg"}', completionTokens: 5 },
      { type: 'finish', choice: 0, reason: 'tool_calls', completionTokens: 5, reasoningTokens: 0 },
    ]);
  });

  it('counts tokens of thoughts, and does not emit them', async () => {
    const thinking = {
      ...model,
      async *doGenerate(...given: Parameters<typeof model.doGenerate>): AsyncGenerator<GenerateEvent> {
        for await (const event of model.doGenerate(...given)) {
          const isThought = event.type === 'token' && event.text.includes('hm');
          yield isThought ? { ...event, text: '', thought: true } : event;
        }
      },
    };
    const events = await collect(request('hm hm four', { model: thinking, topLogprobs: 0, stop: ['hm'] }));
    expect(events.slice(1)).toMatchObject([
      { type: 'text', text: ' four', completionTokens: 3, logprobs: [{ token: ' four' }] },
      { type: 'finish', reason: 'stop', completionTokens: 3, reasoningTokens: 2 },
    ]);
  });

  it('stops the other choices when one fails', async () => {
    const failing = {
      ...model,
      doGenerate: (asked: Parameters<typeof model.doGenerate>[0], options: Parameters<typeof model.doGenerate>[1]) =>
        asked.sampling.seed === 8 ? failed() : model.doGenerate(asked, options),
    };
    const asked = request('@script {"tokens":1000,"delayMs":5}\n', {
      model: failing,
      choices: 3,
      sampling: { temperature: 1, topP: 1, seed: 7 },
    });
    const started = Date.now();
    await expect(collect(asked)).rejects.toThrow('broken');
    expect(Date.now() - started).toBeLessThan(2000);
  });
});

/** An engine that fails before its first event. */
function failed(): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('broken')) }) };
}

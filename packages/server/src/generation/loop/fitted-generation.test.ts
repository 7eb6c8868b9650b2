import { describe, expect, it } from 'vitest';
import { createScriptedLanguageModel } from '../../engines/scripted/language-model.ts';
import type { MessageRecord } from '../../storage/repositories/messages.ts';
import type { RunStepRecord } from '../../storage/repositories/run-steps.ts';
import type { RunCall, RunRecord } from '../../storage/repositories/runs.ts';
import { generateFitted } from './fitted-generation.ts';

const OPTIONS = { signal: new AbortController().signal, priority: 'online' } as const;
const RUN = {
  threadId: 'thread_1',
  promptTokens: 0,
  completionTokens: 0,
  definition: {
    instructions: '',
    tools: [],
    toolResources: {},
    temperature: 1,
    topP: 1,
    maxPromptTokens: null,
    maxCompletionTokens: null,
    truncation: { type: 'auto' },
    toolChoice: 'auto',
    parallelToolCalls: true,
    responseFormat: 'auto',
    reasoningEffort: null,
  },
} as unknown as RunRecord;
const QUESTION = {
  id: 'msg_1',
  seq: 0,
  role: 'user',
  status: 'completed',
  content: [{ type: 'text', text: { value: 'where?' } }],
} as unknown as MessageRecord;

const toSettings = () => ({ sampling: {} });

/** A thread with a question and the output of one call: this number of words of one letter each. */
function repositoriesWith(words: number, own: RunCall['own']) {
  const output = 'a '.repeat(words);
  const call = { id: 'call_1', name: 'file_search', arguments: '{}', output, ...(own === undefined ? {} : { own }) };
  const step = { seq: 1, calls: [call] } as unknown as RunStepRecord;
  return {
    messages: { list: async () => ({ records: [QUESTION], hasMore: false }) },
    runSteps: { listCalls: async () => [step] },
  } as unknown as Parameters<typeof generateFitted>[0]['repositories'];
}

async function promptTokens(words: number, own: RunCall['own']): Promise<number> {
  const model = createScriptedLanguageModel({ contextTokens: 400 });
  for await (const event of generateFitted(
    { run: RUN, model, repositories: repositoriesWith(words, own), toSettings },
    OPTIONS,
  )) {
    if (event.type === 'start') return event.promptTokens;
  }
  throw new Error('no start');
}

const SEARCH = { type: 'file_search', details: {} } as const;

describe('a turn after a file search', () => {
  it.each([350, 600, 2000])(
    'shortens %i words of results, so that a quarter of the context is left for the answer',
    async (words) => {
      const tokens = await promptTokens(words, SEARCH);
      expect(tokens).toBeLessThanOrEqual(300);
      expect(tokens).toBeGreaterThan(150);
    },
  );

  it('does not shorten results that fit', async () => {
    expect(await promptTokens(200, SEARCH)).toBeGreaterThanOrEqual(200);
  });

  it('never shortens outputs that a client submitted', async () => {
    expect(await promptTokens(350, undefined)).toBeGreaterThan(349);
    await expect(promptTokens(600, undefined)).rejects.toMatchObject({ code: 'context_length_exceeded' });
  });
});

import { describe, expect, it } from 'vitest';
import { createScriptedLanguageModel } from '../../engines/scripted/language-model.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import { generateFitted } from './fitted-generation.ts';
import { historyOf } from './testing/history-of.ts';

const OPTIONS = { signal: new AbortController().signal, priority: 'online' } as const;
const RECORD = {
  definition: {
    instructions: '',
    window: { type: 'fitting' },
    maxPromptTokens: null,
    maxCompletionTokens: null,
    clientCalls: 'wait',
    withheld: 'fail',
    thoughts: 'discard',
  },
  tokens: { promptTokens: 0, completionTokens: 0 },
} as const;

const toSettings = () => ({ sampling: {} });

/** A question, and the output of one call: this number of words of one letter each. */
function historyWith(words: number, own: ModelCall['own']) {
  const output = 'a '.repeat(words);
  const call = { id: 'call_1', name: 'file_search', arguments: '{}', output, ...(own === undefined ? {} : { own }) };
  const question = { role: 'user', content: 'where?' } as const;
  return historyOf({ type: 'message', message: question }, { type: 'calls', calls: [call] });
}

async function promptTokens(words: number, own: ModelCall['own']): Promise<number> {
  const model = createScriptedLanguageModel({ contextTokens: 400 });
  for await (const event of generateFitted(
    { record: RECORD, model, history: historyWith(words, own), toSettings },
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

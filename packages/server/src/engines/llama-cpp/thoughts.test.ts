import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../child-process/testing/silent-log.ts';
import type { ContinuationRequest, ConversationRequest, GenerateEvent, GenerateRequest } from '../language-model.ts';
import { createLlamaCppLanguageModel, type LlamaCppLanguageModel } from './language-model.ts';
import { TINY_CHAT_TEMPLATE, writeTinyModel } from './testing/tiny-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'selfsame-thoughts-'));
const path = join(folder, 'tiny.gguf');
/** A template with thoughts that opens one for every answer. */
const OPENS = `{# </think> #}${TINY_CHAT_TEMPLATE}<think>\n`;
/** A template with thoughts in which the model opens them. */
const OPTIONAL = `{# <think></think> #}${TINY_CHAT_TEMPLATE}`;

const models: LlamaCppLanguageModel[] = [];
const open = async (chatTemplate: string) => {
  const options = { modelId: 'tiny', path, threads: 1, parallelRequests: 1, log: silentLog, chatTemplate };
  const model = createLlamaCppLanguageModel(options);
  models.push(model);
  await model.ready();
  return model;
};

let thinking: LlamaCppLanguageModel;
let optional: LlamaCppLanguageModel;
beforeAll(async () => {
  await writeTinyModel(path);
  [thinking, optional] = await Promise.all([open(OPENS), open(OPTIONAL)]);
});
afterAll(async () => {
  await Promise.all(models.map((model) => model.close()));
  rmSync(folder, { recursive: true });
});

type RequestFields = Partial<ConversationRequest> | Partial<ContinuationRequest>;

async function ask(model: LlamaCppLanguageModel, fields: RequestFields) {
  const request = { sampling: { temperature: 0, topP: 1 }, maxTokens: 12, ...fields } as GenerateRequest;
  const options = { signal: new AbortController().signal, priority: 'online' as const };
  const events: GenerateEvent[] = await Array.fromAsync(model.doGenerate(request, options));
  return events.filter((event) => event.type === 'token');
}

const messages = [{ role: 'user' as const, content: 'the cat sat on' }];

describe('a model whose chat template has thoughts', () => {
  it('reports the capability to think if the chat template has thoughts', async () => {
    expect(thinking.capabilities.thinks).toBe(true);
    expect((await open(TINY_CHAT_TEMPLATE)).capabilities.thinks).toBe(false);
  });

  it('counts the tokens of a thought and returns no text for them', async () => {
    const tokens = await ask(thinking, { messages });
    expect(tokens).toHaveLength(12);
    expect(tokens.every(({ text, thought }) => text === '' && thought === true)).toBe(true);
  });

  it('returns answer text if the model opens no thought', async () => {
    const tokens = await ask(optional, { messages });
    expect(tokens.map(({ text }) => text).join('')).not.toBe('');
    expect(tokens.some(({ thought }) => thought === true)).toBe(false);
  });

  it('does not think for a response format or a raw prompt', async () => {
    const formatted = await ask(thinking, { messages, format: { type: 'json_object' } });
    expect(formatted.map(({ text }) => text).join('')).toMatch(/^\s*\{/);
    const raw = await ask(thinking, { prompt: 'the cat sat on<think>' });
    expect(raw.map(({ text }) => text).join('')).not.toBe('');
  });
});

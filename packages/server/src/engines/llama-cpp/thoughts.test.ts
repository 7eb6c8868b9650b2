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
/** Knows thoughts, and opens one for every answer. */
const OPENS = `{# </think> #}${TINY_CHAT_TEMPLATE}<think>\n`;
/** Knows thoughts, and leaves it to the model. */
const LEAVES = `{# <think></think> #}${TINY_CHAT_TEMPLATE}`;

const models: LlamaCppLanguageModel[] = [];
const open = async (chatTemplate: string) => {
  const options = { modelId: 'tiny', path, threads: 1, parallelRequests: 1, log: silentLog, chatTemplate };
  const model = createLlamaCppLanguageModel(options);
  models.push(model);
  await model.ready();
  return model;
};

let opens: LlamaCppLanguageModel;
let leaves: LlamaCppLanguageModel;
beforeAll(async () => {
  await writeTinyModel(path);
  [opens, leaves] = await Promise.all([open(OPENS), open(LEAVES)]);
});
afterAll(async () => {
  await Promise.all(models.map((model) => model.close()));
  rmSync(folder, { recursive: true });
});

type Asked = Partial<ConversationRequest> | Partial<ContinuationRequest>;

async function ask(model: LlamaCppLanguageModel, asked: Asked) {
  const request = { sampling: { temperature: 0, topP: 1 }, maxTokens: 12, ...asked } as GenerateRequest;
  const options = { signal: new AbortController().signal, priority: 'online' as const };
  const events: GenerateEvent[] = await Array.fromAsync(model.doGenerate(request, options));
  return events.filter((event) => event.type === 'token');
}

const messages = [{ role: 'user' as const, content: 'the cat sat on' }];

describe('a model whose chat template knows thoughts', () => {
  it('says so', async () => {
    expect(opens.capabilities.thinks).toBe(true);
    expect((await open(TINY_CHAT_TEMPLATE)).capabilities.thinks).toBe(false);
  });

  it('counts what it thinks and shows nothing of it', async () => {
    const tokens = await ask(opens, { messages });
    expect(tokens).toHaveLength(12);
    expect(tokens.every(({ text, thought }) => text === '' && thought === true)).toBe(true);
  });

  it('answers at once where no thought is begun', async () => {
    const tokens = await ask(leaves, { messages });
    expect(tokens.map(({ text }) => text).join('')).not.toBe('');
    expect(tokens.some(({ thought }) => thought === true)).toBe(false);
  });

  it('thinks neither within a format nor behind a raw text', async () => {
    const formatted = await ask(opens, { messages, format: { type: 'json_object' } });
    expect(formatted.map(({ text }) => text).join('')).toMatch(/^\s*\{/);
    const raw = await ask(opens, { prompt: 'the cat sat on<think>' });
    expect(raw.map(({ text }) => text).join('')).not.toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { silentLog } from '../child-process/testing/silent-log.ts';
import { runLanguageModelConformance } from '../language-model.conformance.ts';
import { createLlamaCppLanguageModel } from './language-model.ts';
import { realModelPath } from './testing/real-model.ts';

// A transcript template, so that the test also works for base models without a chat template.
const chatTemplate = `{{ bos_token }}{% for m in messages %}{{ m.role }}:
{{ m.content }}

{% endfor %}assistant:
`;

const open = (path: string) =>
  createLlamaCppLanguageModel({
    modelId: 'real',
    path,
    chatTemplate,
    endOfTurn: ['\n\nuser:', '\nuser:'],
    contextTokens: 2048,
    parallelRequests: 2,
    threads: 1,
    log: silentLog,
  });

if (realModelPath === undefined) {
  process.stdout.write('Not run: the engine with a real model. SELFSAME_TEST_MODEL names no GGUF file.\n');
  describe.skip('llama.cpp with a real model (SELFSAME_TEST_MODEL names no GGUF file)', () => {
    it('needs a model file', () => undefined);
  });
} else {
  const path = realModelPath;
  runLanguageModelConformance('llama.cpp with a real model', async () => {
    const model = open(path);
    await model.ready();
    const long = 'Count from one to a thousand in words: one, two, three, four, five, six, seven, eight, nine, ten,';
    return {
      model,
      long: [{ role: 'user', content: long }],
      unicode: [
        {
          role: 'user',
          content: '日本語で、東京の歴史についてできるだけ長く、詳しく説明してください。英語は使わないでください。',
        },
      ],
    };
  });

  describe('llama.cpp with a real model', () => {
    it('generates the same tokens for a seed with and without a cached prompt of any length', {
      timeout: 60_000,
    }, async () => {
      const model = open(path);
      const { signal } = new AbortController();
      const ask = async (content: string) => {
        const messages = [{ role: 'user' as const, content }];
        const request = { messages, sampling: { temperature: 1, topP: 1, seed: 11 }, maxTokens: 30 };
        let text = '';
        for await (const event of model.doGenerate(request, { signal, priority: 'online' })) {
          if (event.type === 'token') text += event.text;
        }
        return text;
      };
      for (const repeats of [1, 3, 6]) {
        const question = `Tell me about Oslo, ${'its harbour, its markets, '.repeat(repeats)} and what people do there.`;
        const fresh = await ask(question);
        expect(await ask(question)).toBe(fresh);
      }
      await model.close();
    });

    it('continues a conversation from its cached state', { timeout: 60_000 }, async () => {
      const model = open(path);
      const { signal } = new AbortController();
      const ask = async (contents: readonly string[]) => {
        const messages = contents.map((content, i) => ({
          role: i % 2 === 0 ? ('user' as const) : ('assistant' as const),
          content,
        }));
        const request = { messages, sampling: { temperature: 0, topP: 1 }, maxTokens: 40 };
        let [text, cached] = ['', 0];
        for await (const event of model.doGenerate(request, { signal, priority: 'online' })) {
          if (event.type === 'token') text += event.text;
          if (event.type === 'start') cached = event.cachedTokens;
        }
        return { text, cached };
      };
      const first = await ask(['What is the capital of France?']);
      expect(first.text.trim()).not.toBe('');
      const second = await ask(['What is the capital of France?', first.text.trim(), 'And of Spain?']);
      expect(second.cached).toBeGreaterThan(12);
      await model.close();
    });
  });
}

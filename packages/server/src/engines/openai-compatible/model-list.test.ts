import { describe, expect, it } from 'vitest';
import { guessKind, parseModelList } from './model-list.ts';

describe('parseModelList', () => {
  it('reads the model lists of known servers and skips entries that are not models', () => {
    const text = JSON.stringify({
      object: 'list',
      data: [
        { id: 'Qwen/Qwen3-8B', object: 'model', created: 1_760_000_000, owned_by: 'vllm', max_model_len: 32_768 },
        { id: 'llama3.2:latest', object: 'model', created: 1_760_000_001.5, owned_by: 'library' },
        { id: 'm.gguf', meta: { n_ctx_train: 8192 } },
        { object: 'model' },
        null,
      ],
    });
    expect(parseModelList(text)).toEqual([
      { id: 'Qwen/Qwen3-8B', createdAt: 1_760_000_000, contextTokens: 32_768 },
      { id: 'llama3.2:latest', createdAt: 1_760_000_001 },
      { id: 'm.gguf', createdAt: 0 },
    ]);
  });

  it("reads Ollama's empty list, Ollama's own list format and a bare array", () => {
    expect(parseModelList('{"object":"list","data":null}')).toEqual([]);
    const tags = '{"models":[{"name":"qwen3:8b","model":"qwen3:8b","modified_at":"2026-01-01T00:00:00Z"}]}';
    expect(parseModelList(tags)).toEqual([{ id: 'qwen3:8b', createdAt: 0 }]);
    expect(parseModelList('[{"id":"a","created":5},{"name":"b"}]')).toEqual([
      { id: 'a', createdAt: 5 },
      { id: 'b', createdAt: 0 },
    ]);
  });

  it('ignores invalid times and limits', () => {
    for (const created of ['"1700000000"', '-5', '1e300', 'null', '1700000000000']) {
      const text = `{"data":[{"id":"a","created":${created},"max_model_len":"8192"}]}`;
      expect(parseModelList(text)).toEqual([{ id: 'a', createdAt: 0 }]);
    }
  });

  it.each(['', '[]', 'null', '<html>', '{"data":{}}'])(
    'returns undefined for %j, which is not a list of models',
    (text) => {
      expect(parseModelList(text)).toBeUndefined();
    },
  );
});

describe('guessKind', () => {
  it.each([
    ['Qwen/Qwen3-8B', 'chat'],
    ['gpt-4o-mini', 'chat'],
    ['llama3.2:latest', 'chat'],
    ['gemma-3-270m', 'chat'],
    ['text-embedding-3-small', 'embedding'],
    ['nomic-embed-text:latest', 'embedding'],
    ['BAAI/bge-m3', 'embedding'],
    ['intfloat/multilingual-e5-large', 'embedding'],
    ['all-minilm:33m', 'embedding'],
    ['whisper-1', 'transcription'],
    ['tts-1-hd', 'speech'],
    ['hexgrad/Kokoro-82M', 'speech'],
    ['speaches-ai/piper-en_US-amy-low', 'speech'],
    ['gpt-4o-mini-tts', 'speech'],
    ['gpt-image-1', undefined],
    ['omni-moderation-latest', undefined],
    ['gpt-4o-mini-transcribe', 'transcription'],
    ['gpt-4o-realtime-preview', undefined],
  ])('guesses that %s is of kind %s', (id, kind) => {
    expect(guessKind(id)).toBe(kind);
  });
});

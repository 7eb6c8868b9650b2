/** Connects an upstream of the configuration. Loaded only if one is configured. */
import type { UpstreamSettings } from '../config/upstreams.ts';
import { openUpstreamEmbeddingModel } from '../engines/openai-compatible/embedding-model.ts';
import { watchHealth } from '../engines/openai-compatible/health.ts';
import { createUpstreamLanguageModel } from '../engines/openai-compatible/language-model.ts';
import { guessKind } from '../engines/openai-compatible/model-list.ts';
import type { UpstreamLog, UpstreamType } from '../engines/openai-compatible/options.ts';
import { createUpstreamSpeechModel } from '../engines/openai-compatible/speech-model.ts';
import { createUpstreamTranscriptionModel } from '../engines/openai-compatible/transcription-model.ts';
import { createUpstream } from '../engines/openai-compatible/upstream.ts';
import { defined } from '../lib/defined.ts';
import type { UpstreamConnection } from '../models/supply/upstream-models.ts';

const PROGRAMS: Readonly<Record<UpstreamType, string>> = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  'llama-server': 'llama-server',
  ollama: 'Ollama',
  openai: 'OpenAI',
  other: 'OpenAI-compatible',
};

export function connectUpstream(
  settings: UpstreamSettings,
  { log, onListChange }: { log: UpstreamLog; onListChange: () => void },
): UpstreamConnection {
  const upstream = createUpstream({ ...settings, log });
  const health = watchHealth(upstream, onListChange);
  return {
    program: PROGRAMS[settings.type],
    openers: {
      chat: async ({ id: modelId, upstreamId, contextTokens }) =>
        createUpstreamLanguageModel(upstream, { modelId, upstreamId, ...defined({ contextTokens }) }),
      embedding: ({ id: modelId, upstreamId, contextTokens }) =>
        openUpstreamEmbeddingModel(upstream, { modelId, upstreamId, ...defined({ inputTokens: contextTokens }) }),
      speech: async ({ id: modelId, upstreamId }) => createUpstreamSpeechModel(upstream, { modelId, upstreamId }),
      transcription: async ({ id: modelId, upstreamId }) =>
        createUpstreamTranscriptionModel(upstream, { modelId, upstreamId }),
    },
    checked: health.checked,
    listed: health.models,
    guessKind,
    reports: () => upstream.reports(),
    close: async () => {
      health.close();
      await upstream.close();
    },
  };
}

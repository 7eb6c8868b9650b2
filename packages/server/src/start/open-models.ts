/**
 * Opens local models: one function per kind, which picks the engine. The adapters are loaded on first use, so a server
 * without a model stays small.
 */
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import type { OpenEngine } from '../engines/child-process/engine.ts';
import type { ModelOpeners, RegisteredModel } from '../engines/registry.ts';
import { createScriptedEmbeddingModel } from '../engines/scripted/embedding-model.ts';
import { createScriptedLanguageModel } from '../engines/scripted/language-model.ts';
import { createScriptedSpeechModel } from '../engines/scripted/speech-model.ts';
import { createScriptedTranscriptionModel } from '../engines/scripted/transcription-model.ts';
import { defined } from '../lib/defined.ts';
import type { InstalledModel } from '../models/installed.ts';

export interface OpenModelDeps {
  config: Config;
  log: Logger;
  openEngine: OpenEngine;
}

export function createModelOpeners(deps: OpenModelDeps): ModelOpeners<InstalledModel> {
  return {
    chat: (model) => openLanguageModel(model, deps),
    embedding: (model) => openEmbeddingModel(model, deps),
    speech: (model) => openSpeechModel(model, deps),
    transcription: (model) => openTranscriptionModel(model, deps),
  };
}

async function openLanguageModel(model: InstalledModel, { config, log, openEngine }: OpenModelDeps) {
  const { createLlamaCppLanguageModel } = await import('../engines/llama-cpp/language-model.ts');
  const { id: modelId, path, chatTemplate, endOfTurn, contextTokens = config.contextTokens } = model;
  const language = createLlamaCppLanguageModel({
    modelId,
    path,
    contextTokens: Math.min(config.contextTokens, contextTokens),
    parallelRequests: config.parallelRequests,
    ...defined({ chatTemplate, endOfTurn, threads: threadsOf(config) }),
    log,
    openEngine,
  });
  await language.ready();
  return language;
}

async function openEmbeddingModel(model: InstalledModel, { config, log, openEngine }: OpenModelDeps) {
  const { id: modelId, path, format, contextTokens } = model;
  const create =
    format === 'gguf'
      ? (await import('../engines/llama-cpp/embedding-model.ts')).createLlamaCppEmbeddingModel
      : (await import('../engines/onnx/embedding-model.ts')).createOnnxEmbeddingModel;
  const options = defined({ inputTokens: contextTokens, threads: threadsOf(config) });
  const embedding = create({ modelId, path, ...options, log, openEngine });
  await embedding.ready();
  return embedding;
}

async function openSpeechModel(model: InstalledModel, { config, log, openEngine }: OpenModelDeps) {
  const { createKokoroSpeechModel } = await import('../engines/kokoro/speech-model.ts');
  const { id: modelId, path } = model;
  const speech = createKokoroSpeechModel({
    modelId,
    path,
    ...defined({ threads: threadsOf(config) }),
    log,
    openEngine,
  });
  await speech.ready();
  return speech;
}

async function openTranscriptionModel(model: InstalledModel, { config, log, openEngine }: OpenModelDeps) {
  const { createWhisperTranscriptionModel } = await import('../engines/whisper/transcription-model.ts');
  const { id: modelId, path } = model;
  const transcription = createWhisperTranscriptionModel({
    modelId,
    path,
    ...defined({ threads: threadsOf(config) }),
    log,
    openEngine,
  });
  await transcription.ready();
  return transcription;
}

/** Undefined = the engine chooses. */
function threadsOf({ threads }: Config): number | undefined {
  return threads === 0 ? undefined : threads;
}

/** The models of the scripted engine, for tests. */
export function scriptedModels(): RegisteredModel[] {
  const language = createScriptedLanguageModel();
  const embedding = createScriptedEmbeddingModel();
  const speech = createScriptedSpeechModel();
  const transcription = createScriptedTranscriptionModel();
  const facts = { createdAt: 0, ownedBy: 'selfsame', builtIn: false };
  return [
    {
      ...facts,
      id: language.modelId,
      kind: 'chat',
      label: 'repeats its input; for tests only',
      open: async () => language,
    },
    {
      ...facts,
      id: embedding.modelId,
      kind: 'embedding',
      label: 'adds up one direction per word; for tests only',
      open: async () => embedding,
    },
    {
      ...facts,
      id: speech.modelId,
      kind: 'speech',
      label: 'gives each voice a tone; for tests only',
      open: async () => speech,
    },
    {
      ...facts,
      id: transcription.modelId,
      kind: 'transcription',
      label: 'writes down the pitch of tones; for tests only',
      open: async () => transcription,
    },
  ];
}

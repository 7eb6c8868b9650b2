/** What is installed → what the registry offers. Invariant: a file that is still there stays the same registered model, open or not. */
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import type { OpenEngine } from '../engines/child-process/engine.ts';
import type { RegisteredModel } from '../engines/registry.ts';
import { createScriptedEmbeddingModel } from '../engines/scripted/embedding-model.ts';
import { createScriptedLanguageModel } from '../engines/scripted/language-model.ts';
import type { InstalledModel } from '../models/installed.ts';
import { findModels } from './find-models.ts';

/** Lists the models anew each time it is called. `openEngine`: who runs their processes. */
export function createModelLister(
  config: Config,
  log: Logger,
  openEngine: OpenEngine,
): () => Promise<RegisteredModel[]> {
  const scripted = config.scripted ? scriptedModels() : [];
  const known = new Map<string, RegisteredModel>();
  const surroundings = { config, log, openEngine };
  const tellCalls = createCallsWarning(log);
  return async () => {
    const installed = await findModels(config);
    for (const refusal of installed.refused) log.warn(refusal);
    tellCalls(installed.models.find(({ kind }) => kind === 'chat'));
    const found = installed.models.map((model) => {
      const key = `${model.id} ${model.path}`;
      const registered = known.get(key) ?? toRegistered(model, surroundings);
      known.set(key, registered);
      return registered;
    });
    return [...scripted, ...found];
  };
}

/** Says once of each default model that calls no functions by itself what that means for requests with tools. */
function createCallsWarning(log: Logger): (model: InstalledModel | undefined) => void {
  const told = new Set<string>();
  return (model) => {
    if (model?.callsFunctions !== false || told.has(model.id)) return;
    told.add(model.id);
    log.warn(
      `${model.id} answers by default and calls no functions by itself: a request with tools is answered in words, unless tool_choice makes it call one. \`selfsame pull --recommend\` shows models that do.`,
    );
  };
}

/** What every model that is opened gets. */
interface Surroundings {
  config: Config;
  log: Logger;
  openEngine: OpenEngine;
}

function toRegistered(model: InstalledModel, surroundings: Surroundings): RegisteredModel {
  const { id, kind, createdAt, ownedBy, label, tier } = model;
  const facts = { id, createdAt, ownedBy, label, builtIn: tier === 'built-in' };
  return kind === 'chat'
    ? { ...facts, kind, open: () => openLanguageModel(model, surroundings) }
    : { ...facts, kind, open: () => openEmbeddingModel(model, surroundings) };
}

// The adapters are loaded on first use: each is a process of its own, and a server without a model stays small.

async function openLanguageModel(model: InstalledModel, { config, log, openEngine }: Surroundings) {
  const { createLlamaCppLanguageModel } = await import('../engines/llama-cpp/language-model.ts');
  const language = createLlamaCppLanguageModel({
    modelId: model.id,
    path: model.path,
    contextTokens: Math.min(config.contextTokens, model.contextTokens ?? config.contextTokens),
    parallelRequests: config.parallelRequests,
    ...(model.chatTemplate === undefined ? {} : { chatTemplate: model.chatTemplate }),
    ...(model.endOfTurn === undefined ? {} : { endOfTurn: model.endOfTurn }),
    ...(config.threads === 0 ? {} : { threads: config.threads }),
    log,
    openEngine,
  });
  await language.ready();
  return language;
}

async function openEmbeddingModel(model: InstalledModel, { config, log, openEngine }: Surroundings) {
  const { id, path, format, contextTokens } = model;
  const create =
    format === 'gguf'
      ? (await import('../engines/llama-cpp/embedding-model.ts')).createLlamaCppEmbeddingModel
      : (await import('../engines/onnx/embedding-model.ts')).createOnnxEmbeddingModel;
  const embedding = create({
    modelId: id,
    path,
    ...(contextTokens === undefined ? {} : { inputTokens: contextTokens }),
    ...(config.threads === 0 ? {} : { threads: config.threads }),
    log,
    openEngine,
  });
  await embedding.ready();
  return embedding;
}

function scriptedModels(): RegisteredModel[] {
  const language = createScriptedLanguageModel();
  const embedding = createScriptedEmbeddingModel();
  const facts = { createdAt: 0, ownedBy: 'selfsame', builtIn: false };
  return [
    {
      ...facts,
      id: language.modelId,
      kind: 'chat',
      label: 'repeats what it is told; for tests only',
      open: async () => language,
    },
    {
      ...facts,
      id: embedding.modelId,
      kind: 'embedding',
      label: 'adds up one direction per word; for tests only',
      open: async () => embedding,
    },
  ];
}

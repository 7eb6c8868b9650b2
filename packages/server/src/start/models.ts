/**
 * Which models this installation has, and the starter model when it has none: pulled in the background while the server already
 * listens, so that a machine that can reach nothing still starts and says exactly what is missing.
 */
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import type { ModelRegistry, RegisteredModel } from '../engines/registry.ts';
import { createScriptedLanguageModel } from '../engines/scripted/language-model.ts';
import { starterSet } from '../models/catalogue.ts';
import { type InstalledModel, listInstalledModels } from '../models/installed.ts';
import type { PullProgress } from '../models/pull.ts';
import { modelsDirectory, pull } from './pull.ts';

export interface ModelSupply {
  /** Resolves when the start's pull has ended, well or not. */
  settled: Promise<void>;
  /** Why no chat model can answer yet; undefined when one can. */
  notReady(): string | undefined;
  close(): Promise<void>;
}

const RETRY_AFTER_PULL_SECONDS = 10;
const RETRY_AFTER_NOTHING_SECONDS = 60;

export async function supplyModels(registry: ModelRegistry, config: Config, log: Logger): Promise<ModelSupply> {
  const stop = new AbortController();
  let reason: string | undefined;
  const say = async (text: string, retryAfterSeconds: number) => {
    reason = text;
    await registry.replace([], { reason: text, retryAfterSeconds });
  };
  const load = async (): Promise<boolean> => {
    const models = await listModels(config, log);
    if (models.length === 0) return false;
    reason = undefined;
    await registry.replace(models);
    return true;
  };

  const pullStarter = async (): Promise<void> => {
    try {
      for (const model of starterSet) {
        const progress = createProgressText(model.id);
        await say(progress(undefined), RETRY_AFTER_PULL_SECONDS);
        const onProgress = (event: PullProgress) => void say(progress(event), RETRY_AFTER_PULL_SECONDS);
        await pull(model, config, { signal: stop.signal, onProgress, log });
      }
      await load();
    } catch (error) {
      if (stop.signal.aborted) return;
      const text = `No chat model is here, and pulling one failed: ${(error as Error).message}`;
      log.error(text);
      await say(text, RETRY_AFTER_NOTHING_SECONDS);
    }
  };

  let settled = Promise.resolve();
  if (!(await load())) {
    if (config.pull) settled = pullStarter();
    else
      await say(
        'No chat model is here, and pulling one at start is switched off. `selfsame pull` gets one.',
        RETRY_AFTER_NOTHING_SECONDS,
      );
  }
  return {
    settled,
    notReady: () => reason,
    close: async () => {
      stop.abort(new DOMException('The server is shutting down.', 'AbortError'));
      await settled;
    },
  };
}

function createProgressText(id: string): (event: PullProgress | undefined) => string {
  return (event) => {
    const { phase = 'connect', receivedBytes = 0, totalBytes = 0 } = event ?? {};
    const share = totalBytes === 0 ? '' : `, ${Math.floor((100 * receivedBytes) / totalBytes)} %`;
    return `The chat model ${id} is being pulled (${phase}${share}). Try again in a moment.`;
  };
}

async function listModels(config: Config, log: Logger): Promise<RegisteredModel[]> {
  const scripted = config.scripted ? [scriptedModel()] : [];
  const installed = await listInstalledModels(modelsDirectory(config), config.models);
  for (const refusal of installed.refused) log.warn(refusal);
  return [...scripted, ...installed.models.map((model) => toRegistered(model, config, log))];
}

function toRegistered(model: InstalledModel, config: Config, log: Logger): RegisteredModel {
  return {
    id: model.id,
    kind: 'chat',
    createdAt: model.createdAt,
    ownedBy: model.ownedBy,
    label: model.label,
    open: async () => {
      // Loaded on first use: the adapter is a process of its own, and a server without a model stays small.
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
      });
      await language.ready();
      return language;
    },
  };
}

function scriptedModel(): RegisteredModel {
  const model = createScriptedLanguageModel({});
  return {
    id: model.modelId,
    kind: 'chat',
    createdAt: 0,
    ownedBy: 'selfsame',
    label: 'repeats what it is told; for tests only',
    open: async () => model,
  };
}

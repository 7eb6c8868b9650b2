/**
 * The upstreams of the configuration → models that the registry offers. Loaded only where there are any.
 * Invariant: a model that is still there stays the same registered model, open or not; one that every replica stopped listing leaves.
 */
import type { UpstreamSettings } from '../config/upstreams.ts';
import { openUpstreamEmbeddingModel } from '../engines/openai-compatible/embedding-model.ts';
import { type HealthWatch, watchHealth } from '../engines/openai-compatible/health.ts';
import { createUpstreamLanguageModel } from '../engines/openai-compatible/language-model.ts';
import { guessKind, type ListedModel } from '../engines/openai-compatible/model-list.ts';
import type { UpstreamLog, UpstreamType } from '../engines/openai-compatible/options.ts';
import { createUpstream, type Upstream } from '../engines/openai-compatible/upstream.ts';
import type { RegisteredModel } from '../engines/registry.ts';
import type { UpstreamReport } from '../engines/upstream-report.ts';

export interface UpstreamSupply {
  /** In the order of the configuration. */
  models(): RegisteredModel[];
  /** Names of upstreams whose models are not known yet, because they never listed them. */
  unknown(): string[];
  /** Of each replica. */
  reports(): readonly UpstreamReport[];
  close(): Promise<void>;
}

interface Entry {
  settings: UpstreamSettings;
  upstream: Upstream;
  health: HealthWatch;
}

/** Longest wait for the first list of models, in ms: a server starts although its upstreams do not. */
const FIRST_LIST_MS = 3000;

/** Resolves when the models are known, or soon. `onChange`: the models are other ones now. */
export async function openUpstreams(
  all: readonly UpstreamSettings[],
  { log, onChange }: { log: UpstreamLog; onChange: () => void },
): Promise<UpstreamSupply> {
  let open = false;
  const changed = () => {
    if (open) onChange();
  };
  const entries = all.map((settings): Entry => {
    const upstream = createUpstream({ ...settings, log });
    return { settings, upstream, health: watchHealth(upstream, changed) };
  });
  const known = new Map<string, RegisteredModel>();
  const toModels = ({ settings, upstream, health }: Entry): RegisteredModel[] =>
    wanted(settings, health).map((model) => {
      const key = JSON.stringify([settings.name, model]);
      const registered = known.get(key) ?? toRegistered(model, upstream);
      known.set(key, registered);
      return registered;
    });
  await Promise.race([Promise.all(entries.map(({ health }) => health.checked)), wait(FIRST_LIST_MS)]);
  open = true;
  return {
    models: () => entries.flatMap(toModels),
    unknown: () =>
      entries
        .filter(({ settings, health }) => settings.models === 'all' && health.models() === undefined)
        .map(({ settings }) => settings.name),
    reports: () => entries.flatMap(({ upstream }) => upstream.reports()),
    async close() {
      for (const { health } of entries) health.close();
      await Promise.all(entries.map(({ upstream }) => upstream.close()));
    },
  };
}

interface Wanted {
  id: string;
  upstreamId: string;
  kind: 'chat' | 'embedding';
  /** What it does is read from its name. */
  guessed: boolean;
  createdAt: number;
  contextTokens?: number;
}

function wanted({ models }: UpstreamSettings, health: HealthWatch): Wanted[] {
  const listed = health.models() ?? [];
  if (models !== 'all') {
    return models.map((model) => {
      const { createdAt = 0, contextTokens } =
        listed.find(({ id }) => id === model.upstreamId) ?? ({} as Partial<ListedModel>);
      return { ...model, guessed: false, createdAt, ...(contextTokens === undefined ? {} : { contextTokens }) };
    });
  }
  return listed.flatMap((model) => {
    const kind = guessKind(model.id);
    return kind === undefined ? [] : [{ ...model, upstreamId: model.id, kind, guessed: true }];
  });
}

const PROGRAMS: Readonly<Record<UpstreamType, string>> = {
  vllm: 'vLLM',
  sglang: 'SGLang',
  'llama-server': 'llama-server',
  ollama: 'Ollama',
  openai: 'OpenAI',
  other: 'OpenAI-compatible',
};

function toRegistered(model: Wanted, upstream: Upstream): RegisteredModel {
  const { id: modelId, upstreamId, kind, guessed, createdAt, contextTokens } = model;
  const { name, type } = upstream.options;
  const taken = guessed ? `; taken for ${kind === 'chat' ? 'a chat' : 'an embedding'} model by its name` : '';
  const label = `'${upstreamId}' at the upstream '${name}' (${PROGRAMS[type]})${taken}`;
  const facts = { id: modelId, createdAt, ownedBy: name, label, builtIn: false };
  const limit = contextTokens === undefined ? {} : { contextTokens };
  if (kind === 'chat') {
    const open = async () => createUpstreamLanguageModel(upstream, { modelId, upstreamId, ...limit });
    return { ...facts, kind, open };
  }
  const inputs = contextTokens === undefined ? {} : { inputTokens: contextTokens };
  return { ...facts, kind, open: () => openUpstreamEmbeddingModel(upstream, { modelId, upstreamId, ...inputs }) };
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

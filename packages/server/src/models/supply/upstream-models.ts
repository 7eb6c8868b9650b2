/**
 * Offers the models of configured upstreams to the registry. Invariants: a model that stays listed keeps its registered
 * model, open or not; a model disappears when every replica has stopped listing it.
 */
import { MODEL_KIND_FACTS, type ModelKind } from '../../engines/model-kinds.ts';
import { type ModelOpeners, type RegisteredModel, toRegistered } from '../../engines/registry.ts';
import type { UpstreamReport } from '../../engines/upstream-report.ts';
import { defined } from '../../lib/defined.ts';

/** The settings of an upstream that the supply reads. */
export interface UpstreamEntry {
  name: string;
  /** `all`: every model that the upstream lists. */
  models: 'all' | readonly { id: string; upstreamId: string; kind: ModelKind }[];
}

export interface UpstreamModel {
  /** The id that clients use. */
  id: string;
  /** The upstream's own id. */
  upstreamId: string;
  kind: ModelKind;
  /** Whether the kind is derived from the model's name. */
  isKindGuessed: boolean;
  /** Unix seconds. */
  createdAt: number;
  contextTokens?: number;
}

export interface UpstreamConnection {
  /** Name of the server program, for labels. */
  program: string;
  openers: ModelOpeners<UpstreamModel>;
  /** Resolves when every replica was asked for its models once. */
  checked: Promise<void>;
  /** Models that the replicas list; undefined = no replica has listed any yet. */
  listed(): readonly { id: string; createdAt: number; contextTokens?: number }[] | undefined;
  /** Undefined = the model serves no kind that this server offers. */
  guessKind(id: string): ModelKind | undefined;
  /** One per replica. */
  reports(): readonly UpstreamReport[];
  close(): Promise<void>;
}

export interface UpstreamDeps<S extends UpstreamEntry> {
  /** `onListChange`: the upstream lists other models than before. */
  connect(settings: S, onListChange: () => void): UpstreamConnection;
  /** The models that are offered have changed. */
  onChange(): void;
}

export interface UpstreamSupply {
  /** In the order of the configuration. */
  models(): RegisteredModel[];
  /** Names of upstreams whose models are unknown because they have never listed them. */
  unknown(): string[];
  /** One per replica. */
  reports(): readonly UpstreamReport[];
  close(): Promise<void>;
}

/** Maximum wait for the first lists of models: a server starts although its upstreams do not respond. */
const MAX_FIRST_LIST_MS = 3000;

/** Resolves when all upstreams have listed their models, or after `MAX_FIRST_LIST_MS`. */
export async function openUpstreams<S extends UpstreamEntry>(
  upstreams: readonly S[],
  { connect, onChange }: UpstreamDeps<S>,
): Promise<UpstreamSupply> {
  let isOpen = false;
  const onListChange = () => {
    if (isOpen) onChange();
  };
  const entries = upstreams.map((settings) => ({ settings, connection: connect(settings, onListChange) }));
  const known = new Map<string, RegisteredModel>();
  const toModels = ({ settings, connection }: (typeof entries)[number]): RegisteredModel[] =>
    offeredModels(settings, connection).map((model) => {
      const key = JSON.stringify([settings.name, model]);
      const registered = known.get(key) ?? register(model, settings.name, connection);
      known.set(key, registered);
      return registered;
    });
  await Promise.race([Promise.all(entries.map(({ connection }) => connection.checked)), wait(MAX_FIRST_LIST_MS)]);
  isOpen = true;
  return {
    models: () => entries.flatMap(toModels),
    unknown: () =>
      entries
        .filter(({ settings, connection }) => settings.models === 'all' && connection.listed() === undefined)
        .map(({ settings }) => settings.name),
    reports: () => entries.flatMap(({ connection }) => connection.reports()),
    close: async () => {
      await Promise.all(entries.map(({ connection }) => connection.close()));
    },
  };
}

function offeredModels({ models }: UpstreamEntry, { listed, guessKind }: UpstreamConnection): UpstreamModel[] {
  const all = listed() ?? [];
  if (models !== 'all') {
    return models.map((model) => {
      const found = all.find(({ id }) => id === model.upstreamId);
      const { createdAt = 0, contextTokens } = found ?? {};
      return { ...model, isKindGuessed: false, createdAt, ...defined({ contextTokens }) };
    });
  }
  return all.flatMap((model) => {
    const kind = guessKind(model.id);
    return kind === undefined ? [] : [{ ...model, upstreamId: model.id, kind, isKindGuessed: true }];
  });
}

function register(model: UpstreamModel, name: string, { program, openers }: UpstreamConnection): RegisteredModel {
  const { id, upstreamId, kind, isKindGuessed, createdAt } = model;
  const guess = isKindGuessed ? `; taken for ${MODEL_KIND_FACTS[kind].noun} model by its name` : '';
  const label = `'${upstreamId}' at the upstream '${name}' (${program})${guess}`;
  return toRegistered({ id, createdAt, ownedBy: name, label, builtIn: false }, kind, { openers, model });
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

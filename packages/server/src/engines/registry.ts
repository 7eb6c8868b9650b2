/**
 * The installed models, and the model that serves an id. Aliases resolve to installed models, and every answer names
 * the installed model. Invariants: a model is opened once, on first use, also for parallel requests; a request for one
 * kind of model never reaches a model of another kind.
 */
import { errors } from '../errors/catalogue.ts';
import type { EngineReport } from './engine-report.ts';
import { MODEL_KIND_FACTS, MODEL_KINDS, type ModelKind, type OpenModels } from './model-kinds.ts';

interface Registration<K extends ModelKind> {
  /** Listed id, e.g. `gemma-3-270m`. */
  id: string;
  kind: K;
  /** Unix seconds. */
  createdAt: number;
  ownedBy: string;
  /** A description in one sentence. */
  label: string;
  /** Whether the model ships with the program, as a fallback until another model is installed. */
  builtIn: boolean;
  open(): Promise<OpenModels[K]>;
}

export type RegisteredModel = { [K in ModelKind]: Registration<K> }[ModelKind];

/** One function per kind that opens a model. */
export type ModelOpeners<M> = { [K in ModelKind]: (model: M) => Promise<OpenModels[K]> };

export type ModelFacts = Omit<Registration<ModelKind>, 'kind' | 'open'>;

/** The registered model opens itself with the opener of its kind. */
export function toRegistered<M, K extends ModelKind>(
  facts: ModelFacts,
  kind: K,
  { openers, model }: { openers: ModelOpeners<M>; model: M },
): RegisteredModel {
  const registration: Registration<K> = { ...facts, kind, open: () => openers[kind](model) };
  // TypeScript does not relate a generic registration to the union of all.
  return registration as unknown as RegisteredModel;
}

/** `well-known`: ids of the hosted service stand for the default model of their kind. An object maps id → id. */
export type Aliases = 'well-known' | 'none' | Readonly<Record<string, string>>;

/** Why no model of a kind is available, and when to try again. */
export interface Unavailability {
  reason: string;
  retryAfterSeconds: number | undefined;
  /** The model that is being pulled; requests for its id get the same error. */
  modelId?: string;
}

export interface ModelRegistry {
  /** Installed models in the order of their kinds, the default of each kind first. */
  list(): readonly RegisteredModel[];
  /** Aliases that the installation defines for installed models. Well-known ids are not included. */
  aliases(): readonly { id: string; model: RegisteredModel }[];
  /** Open models with the reports of their engines. */
  reports(): { modelId: string; report: EngineReport }[];
  /**
   * The model that answers for `id`, optionally of one kind. Throws `model_not_found`, or `model_unavailable` while the
   * default is missing.
   */
  resolve(id: string, kind?: ModelKind): RegisteredModel;
  /** Opens the model of the kind that serves `id`. */
  open<K extends ModelKind>(kind: K, id: string): Promise<OpenModels[K]>;
  /** Opens the chat model that serves `id`. */
  languageModel(id: string): Promise<OpenModels['chat']>;
  /** Opens the embedding model that serves `id`. */
  embeddingModel(id: string): Promise<OpenModels['embedding']>;
  /** Replaces the list; the first model of a kind is its default. Removed models are closed. */
  replace(
    models: readonly RegisteredModel[],
    unavailable?: Readonly<Partial<Record<ModelKind, Unavailability>>>,
  ): Promise<void>;
  close(): Promise<void>;
}

export interface RegistryOptions {
  aliases: Aliases;
  /** The ids of `aliases: 'well-known'`. */
  wellKnown: Readonly<Partial<Record<ModelKind, ReadonlySet<string>>>>;
}

const nounOf = (kind: ModelKind) => `${MODEL_KIND_FACTS[kind].noun} model`;

export function createModelRegistry({ aliases, wellKnown }: RegistryOptions): ModelRegistry {
  let models: readonly RegisteredModel[] = [];
  let unavailable: Readonly<Partial<Record<ModelKind, Unavailability>>> = {};
  const opened = createOpenedModels();

  const idsOf = (kind: ModelKind | undefined) =>
    models.filter((model) => kind === undefined || model.kind === kind).map((model) => model.id);

  const defaultOf = (id: string, kind: ModelKind): RegisteredModel | undefined => {
    const isWellKnown = aliases === 'well-known' && wellKnown[kind]?.has(id) === true;
    const first = models.find((model) => model.kind === kind);
    if (isWellKnown && first !== undefined) return first;
    const missing = unavailable[kind];
    if (missing !== undefined && (isWellKnown || id === missing.modelId)) {
      throw errors.modelUnavailable(missing.reason, missing.retryAfterSeconds);
    }
    return undefined;
  };

  const resolve = (id: string, kind?: ModelKind): RegisteredModel => {
    const target = typeof aliases === 'object' && Object.hasOwn(aliases, id) ? (aliases[id] ?? id) : id;
    const exact = models.find((model) => model.id === target);
    if (exact !== undefined && kind !== undefined && exact.kind !== kind) {
      throw errors.wrongModelKind(id, nounOf(exact.kind), { kind: nounOf(kind), existing: idsOf(kind) });
    }
    if (exact !== undefined) return exact;
    for (const each of kind === undefined ? MODEL_KINDS : [kind]) {
      const standing = defaultOf(target, each);
      if (standing !== undefined) return standing;
    }
    throw errors.modelNotFound(id, idsOf(kind));
  };

  const open = async <K extends ModelKind>(kind: K, id: string): Promise<OpenModels[K]> =>
    // A model that was resolved for a kind is of that kind.
    await opened.open(resolve(id, kind) as unknown as Registration<K>);

  return {
    list: () => models,
    aliases: () =>
      Object.entries(typeof aliases === 'object' ? aliases : {}).flatMap(([id, target]) => {
        const model = models.find((each) => each.id === target);
        return model === undefined || id === target ? [] : [{ id, model }];
      }),
    resolve,
    reports: opened.reports,
    open,
    languageModel: (id) => open('chat', id),
    embeddingModel: (id) => open('embedding', id),
    async replace(next, reasons = {}) {
      const leaving = models.filter((model) => !next.includes(model));
      models = MODEL_KINDS.flatMap((kind) => next.filter((model) => model.kind === kind));
      unavailable = reasons;
      await Promise.all(leaving.map(opened.close));
    },
    close: opened.closeAll,
  };
}

function createOpenedModels() {
  const opened = new Map<object, Promise<OpenModels[ModelKind]>>();
  const running = new Map<object, OpenModels[ModelKind]>();
  const close = async (model: object): Promise<void> => {
    const opening = opened.get(model);
    opened.delete(model);
    running.delete(model);
    await opening?.then(
      (running) => running.close(),
      () => undefined,
    );
  };
  return {
    open<K extends ModelKind>(model: Registration<K>): Promise<OpenModels[K]> {
      const known = opened.get(model);
      // The cache has the result of the model's own `open`, so its type is that of the kind.
      if (known !== undefined) return known as Promise<OpenModels[K]>;
      const opening = model.open();
      opened.set(model, opening);
      // A failed opening is forgotten, so that the next request tries again.
      opening.then(
        (open) => opened.get(model) === opening && running.set(model, open),
        () => opened.delete(model),
      );
      return opening;
    },
    close,
    reports: () =>
      [...running.values()].flatMap((open) => {
        const report = open.report?.();
        return report === undefined ? [] : [{ modelId: open.modelId, report }];
      }),
    async closeAll(): Promise<void> {
      await Promise.all([...opened.keys()].map(close));
    },
  };
}

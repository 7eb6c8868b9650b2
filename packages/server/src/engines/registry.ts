/**
 * Which models there are and which one answers for an id. Aliases resolve to a model that is really here, and every answer names that one.
 * Invariant: a model is opened once, on first use, however many requests ask for it at the same time.
 */
import { errors } from '../errors/catalogue.ts';
import type { LanguageModel } from './language-model.ts';

export type ModelKind = 'chat';

export interface RegisteredModel {
  /** Listed id, e.g. `gemma-3-270m`. */
  id: string;
  kind: ModelKind;
  /** Unix seconds. */
  createdAt: number;
  ownedBy: string;
  /** What it is, in one honest sentence. */
  label: string;
  open(): Promise<LanguageModel>;
}

/** `well-known`: ids of the hosted service stand for the default model of their kind. An object maps id → id. */
export type Aliases = 'well-known' | 'none' | Readonly<Record<string, string>>;

/** What to answer while no model can: a reason and when to try again. */
export interface Unavailability {
  reason: string;
  retryAfterSeconds: number;
}

export interface ModelRegistry {
  /** Models that are here, default first. */
  list(): readonly RegisteredModel[];
  /** The model that answers for `id`. Throws `model_not_found`, or `model_unavailable` while the default is missing. */
  resolve(id: string): RegisteredModel;
  /** The opened model that answers for `id`. */
  languageModel(id: string): Promise<LanguageModel>;
  /** Replaces the list; the first of a kind is its default. Models that left are closed. */
  replace(models: readonly RegisteredModel[], unavailable?: Unavailability): Promise<void>;
  close(): Promise<void>;
}

export interface RegistryOptions {
  aliases: Aliases;
  /** Ids that `aliases: 'well-known'` stands for. */
  wellKnown: ReadonlySet<string>;
}

export function createModelRegistry({ aliases, wellKnown }: RegistryOptions): ModelRegistry {
  let models: readonly RegisteredModel[] = [];
  let unavailable: Unavailability | undefined;
  const opened = new Map<RegisteredModel, Promise<LanguageModel>>();

  const resolve = (id: string): RegisteredModel => {
    const target = typeof aliases === 'object' && Object.hasOwn(aliases, id) ? (aliases[id] ?? id) : id;
    const exact = models.find((model) => model.id === target);
    if (exact !== undefined) return exact;
    if (aliases === 'well-known' && wellKnown.has(id)) {
      const [first] = models;
      if (first !== undefined) return first;
      if (unavailable !== undefined) throw errors.modelUnavailable(unavailable.reason, unavailable.retryAfterSeconds);
    }
    throw errors.modelNotFound(
      id,
      models.map((model) => model.id),
    );
  };

  const close = async (model: RegisteredModel): Promise<void> => {
    const opening = opened.get(model);
    opened.delete(model);
    await opening?.then(
      (language) => language.close(),
      () => undefined,
    );
  };

  return {
    list: () => models,
    resolve,
    languageModel(id) {
      const model = resolve(id);
      const known = opened.get(model);
      if (known !== undefined) return known;
      const opening = model.open();
      opened.set(model, opening);
      // A failed opening is forgotten, so that the next request tries again.
      opening.catch(() => opened.delete(model));
      return opening;
    },
    async replace(next, reason) {
      const leaving = models.filter((model) => !next.includes(model));
      models = next;
      unavailable = reason;
      await Promise.all(leaving.map(close));
    },
    close: async () => {
      await Promise.all([...opened.keys()].map(close));
    },
  };
}

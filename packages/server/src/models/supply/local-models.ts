/**
 * Lists the installed models for the registry. Invariant: a file that stays installed keeps its registered model, open
 * or not.
 */
import type { ModelOpeners, RegisteredModel } from '../../engines/registry.ts';
import { toRegistered } from '../../engines/registry.ts';
import type { InstalledModel } from '../installed.ts';
import { findModels, type ModelSources } from './find-models.ts';

export interface LocalModelDeps {
  openers: ModelOpeners<InstalledModel>;
  log: { warn(line: string): void };
}

/** The returned function reads the folders again on each call. */
export function createModelLister(
  sources: ModelSources,
  { openers, log }: LocalModelDeps,
): () => Promise<RegisteredModel[]> {
  const known = new Map<string, RegisteredModel>();
  const warnOfCalls = createCallsWarning(log);
  return async () => {
    const installed = await findModels(sources);
    for (const refusal of installed.refused) log.warn(refusal);
    warnOfCalls(installed.models.find(({ kind }) => kind === 'chat'));
    return installed.models.map((model) => {
      const key = `${model.id} ${model.path}`;
      const registered = known.get(key) ?? register(model, openers);
      known.set(key, registered);
      return registered;
    });
  };
}

function register(model: InstalledModel, openers: ModelOpeners<InstalledModel>): RegisteredModel {
  const { id, kind, createdAt, ownedBy, label, tier } = model;
  return toRegistered({ id, createdAt, ownedBy, label, builtIn: tier === 'built-in' }, kind, { openers, model });
}

/** Warns once per default chat model that does not call functions unless `tool_choice` forces it. */
function createCallsWarning(log: LocalModelDeps['log']): (model: InstalledModel | undefined) => void {
  const warned = new Set<string>();
  return (model) => {
    if (model?.callsFunctions !== false || warned.has(model.id)) return;
    warned.add(model.id);
    log.warn(
      `${model.id} answers by default and calls no functions by itself: a request with tools is answered in words, unless tool_choice makes it call one. \`selfsame pull --recommend\` shows models that do.`,
    );
  };
}

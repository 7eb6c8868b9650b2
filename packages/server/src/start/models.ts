/** Wires the supply of models: engines for local models, connections for upstreams, the scripted engine for tests. */
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import type { OpenEngine } from '../engines/child-process/engine.ts';
import type { ModelRegistry } from '../engines/registry.ts';
import { type ModelSupply, supplyModels } from '../models/supply/supply-models.ts';
import { openUpstreams, type UpstreamSupply } from '../models/supply/upstream-models.ts';
import { createModelOpeners, scriptedModels } from './open-models.ts';

export interface ModelSupplyDeps {
  registry: ModelRegistry;
  log: Logger;
  /** Opens the processes of local models. */
  openEngine: OpenEngine;
}

export function startModelSupply(config: Config, { registry, log, openEngine }: ModelSupplyDeps): Promise<ModelSupply> {
  return supplyModels(config, {
    registry,
    log,
    openers: createModelOpeners({ config, log, openEngine }),
    fixedModels: config.scripted ? scriptedModels() : [],
    openUpstreams: (onChange) => connectUpstreams(config, log, onChange),
  });
}

const NO_UPSTREAMS: UpstreamSupply = {
  models: () => [],
  unknown: () => [],
  reports: () => [],
  close: async () => undefined,
};

/** The client of upstreams is loaded only if one is configured. */
async function connectUpstreams({ upstreams }: Config, log: Logger, onChange: () => void): Promise<UpstreamSupply> {
  if (upstreams.length === 0) return NO_UPSTREAMS;
  const { connectUpstream } = await import('./connect-upstream.ts');
  return openUpstreams(upstreams, {
    connect: (settings, onListChange) => connectUpstream(settings, { log, onListChange }),
    onChange,
  });
}

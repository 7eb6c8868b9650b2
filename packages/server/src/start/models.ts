/**
 * Which models this installation has, and the starter models of the kinds it has none of: pulled in the background while the server
 * already listens, chat first, so that a machine that can reach nothing still starts and says exactly what is missing.
 */
import type { Logger } from 'pino';
import type { Config } from '../config/load.ts';
import type { OpenEngine } from '../engines/child-process/engine.ts';
import {
  MODEL_KINDS,
  type ModelKind,
  type ModelRegistry,
  type RegisteredModel,
  type Unavailability,
} from '../engines/registry.ts';
import type { UpstreamReport } from '../engines/upstream-report.ts';
import type { CatalogueModel } from '../models/catalogue.ts';
import type { PullProgress } from '../models/pull.ts';
import { recommend, starterCandidates } from '../models/recommend.ts';
import { createModelLister } from './list-models.ts';
import { readMachineRoom } from './machine-room.ts';
import { pull, pullFirst } from './pull.ts';
import { describeCost } from './recommend-models.ts';
import type { UpstreamSupply } from './upstreams.ts';

export interface ModelSupply {
  /** Resolves when the start's pulls have ended, well or not. */
  settled: Promise<void>;
  /** Why no model of the kind can answer yet; undefined when one can. The server is ready with a chat model. Default: `chat`. */
  notReady(kind?: ModelKind): string | undefined;
  /** Of each kind, which model answers and as what it is known, or why none does. */
  describe(): readonly { kind: ModelKind; text: string }[];
  /** Of each replica of each upstream, what it does just now. */
  upstreams(): readonly UpstreamReport[];
  close(): Promise<void>;
}

const RETRY_AFTER_PULL_SECONDS = 10;
const RETRY_AFTER_UPSTREAM_SECONDS = 5;

export interface SupplyOptions {
  registry: ModelRegistry;
  config: Config;
  log: Logger;
  /** Who runs the processes of local models. */
  openEngine: OpenEngine;
}

export async function supplyModels({ registry, config, log, openEngine }: SupplyOptions): Promise<ModelSupply> {
  const stop = new AbortController();
  const listModels = createModelLister(config, log, openEngine);
  const missing: Partial<Record<ModelKind, Unavailability>> = {};
  let models: readonly RegisteredModel[] = [];
  const has = (kind: ModelKind) => models.some((model) => model.kind === kind);
  const upstreams = await openUpstreamsOf(config, log, () => refresh());
  const [silent] = upstreams.unknown();
  // Nobody who has an upstream wants a small model pulled because it happens to restart.
  const pulls = config.pull && !config.offline && silent === undefined;

  const refresh = async () => {
    models = firstOfEach([...upstreams.models(), ...(await listModels())]);
    for (const kind of MODEL_KINDS) {
      if (has(kind)) delete missing[kind];
      else missing[kind] ??= nothingHere(kind, pulls, silent);
    }
    await registry.replace(models, missing);
  };
  const say = async (kind: ModelKind, unavailability: Unavailability) => {
    missing[kind] = unavailability;
    await registry.replace(models, missing);
  };
  const starters = createStarterPull(config, log, stop.signal, { refresh, say, has });

  await refresh();
  const absent = MODEL_KINDS.filter((kind) => !models.some((model) => model.kind === kind && !model.builtIn));
  const settled = pulls ? starters(absent) : Promise.resolve();
  return {
    settled,
    notReady: (kind = 'chat') => (has(kind) ? undefined : missing[kind]?.reason),
    describe: () => describe(models, missing),
    upstreams: upstreams.reports,
    close: async () => {
      stop.abort(new DOMException('The server is shutting down.', 'AbortError'));
      await settled;
      await upstreams.close();
    },
  };
}

const NO_UPSTREAMS: UpstreamSupply = {
  models: () => [],
  unknown: () => [],
  reports: () => [],
  close: async () => undefined,
};

async function openUpstreamsOf(config: Config, log: Logger, refresh: () => Promise<void>): Promise<UpstreamSupply> {
  if (config.upstreams.length === 0) return NO_UPSTREAMS;
  const { openUpstreams } = await import('./upstreams.ts');
  const fail = (err: unknown) => log.error({ err }, 'models: the list could not be renewed');
  return openUpstreams(config.upstreams, { log, onChange: () => void refresh().catch(fail) });
}

/** Of several models with one id the first answers. */
function firstOfEach(models: readonly RegisteredModel[]): RegisteredModel[] {
  return [...new Map(models.toReversed().map((model) => [model.id, model])).values()].toReversed();
}

interface StarterSteps {
  refresh(): Promise<void>;
  say(kind: ModelKind, unavailability: Unavailability): Promise<void>;
  has(kind: ModelKind): boolean;
}

/** Pulls, one kind after the other, the best model that this machine has room for and that a source delivers. */
function createStarterPull(config: Config, log: Logger, signal: AbortSignal, { refresh, say, has }: StarterSteps) {
  const unreachable = new Set<string>();
  const attempt = async (model: CatalogueModel) => {
    const { id: modelId, kind } = model;
    const progress = createProgressText(model);
    const tell = (event?: PullProgress) =>
      say(kind, { reason: progress(event), retryAfterSeconds: RETRY_AFTER_PULL_SECONDS, modelId });
    const isOnHubOnly = model.sources.length > 0 && model.sources.every((source) => source.startsWith('hf:'));
    if (unreachable.size === 0 || !isOnHubOnly)
      log.info(`${modelId} is pulled in the background: ${describeCost(model)}.`);
    await tell();
    return await pull(model, config, { signal, onProgress: (event) => void tell(event), log, unreachable });
  };
  const pullKind = async (kind: ModelKind): Promise<void> => {
    const room = await readMachineRoom(config);
    const candidates = starterCandidates(kind, room);
    const [first] = candidates;
    if (first === undefined) {
      log.warn(`No recommended ${kind} model fits this machine; \`selfsame pull --recommend\` says why.`);
      return;
    }
    const best = recommend(kind, room).find(({ obstacle }) => obstacle === undefined)?.model;
    if (best !== undefined && best !== first)
      log.info(`A better ${kind} model fits this machine: \`selfsame pull ${best.id}\` (${describeCost(best)}).`);
    try {
      await pullFirst(candidates, attempt);
      await refresh();
    } catch (error) {
      if (signal.aborted) return;
      const reason = tellFailedPull(candidates.at(-1) ?? first, has(kind), (error as Error).message);
      log.error(reason);
      await say(kind, { reason, retryAfterSeconds: undefined, modelId: first.id });
    }
  };
  return async (kinds: readonly ModelKind[]): Promise<void> => {
    for (const kind of kinds) if (!signal.aborted) await pullKind(kind);
  };
}

/** `answered`: whether another model of its kind is here. */
export function tellFailedPull({ id, kind }: CatalogueModel, answered: boolean, message: string): string {
  return `The ${kind} model ${id} could not be pulled${answered ? '' : `, and no other ${kind} model is here`}: ${message}`;
}

type Missing = Readonly<Partial<Record<ModelKind, Unavailability>>>;

function describe(models: readonly RegisteredModel[], missing: Missing): ReturnType<ModelSupply['describe']> {
  return MODEL_KINDS.map((kind) => {
    const first = models.find((model) => model.kind === kind);
    const text = first === undefined ? missing[kind]?.reason : `${first.id} answers: ${first.label}`;
    return { kind, text: text ?? 'none is here' };
  });
}

function nothingHere(kind: ModelKind, pulls: boolean, silent: string | undefined): Unavailability {
  if (silent !== undefined) {
    const reason = `No ${kind} model is here, and the upstream '${silent}' has not answered yet.`;
    return { reason, retryAfterSeconds: RETRY_AFTER_UPSTREAM_SECONDS };
  }
  if (pulls)
    return { reason: `No ${kind} model is here yet; one is pulled next.`, retryAfterSeconds: RETRY_AFTER_PULL_SECONDS };
  const reason = `No ${kind} model is here, and pulling one at start is switched off. \`selfsame pull\` gets one.`;
  return { reason, retryAfterSeconds: undefined };
}

function createProgressText({ id, kind }: CatalogueModel): (event: PullProgress | undefined) => string {
  return (event) => {
    const { phase = 'connect', receivedBytes = 0, totalBytes = 0 } = event ?? {};
    const share = totalBytes === 0 ? '' : `, ${Math.floor((100 * receivedBytes) / totalBytes)} %`;
    return `The ${kind} model ${id} is being pulled (${phase}${share}). Try again in a moment.`;
  };
}

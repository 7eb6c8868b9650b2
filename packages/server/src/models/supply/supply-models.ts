/**
 * Keeps the registry's list of models current: upstream models, installed ones, and starter models for kinds that have
 * none. Starters are pulled in the background while the server already listens, chat first, so a machine without a
 * network still starts and reports what is missing.
 */
import { MODEL_KINDS, type ModelKind } from '../../engines/model-kinds.ts';
import type { ModelRegistry, RegisteredModel, Unavailability } from '../../engines/registry.ts';
import type { UpstreamReport } from '../../engines/upstream-report.ts';
import type { ModelSources } from './find-models.ts';
import { createModelLister, type LocalModelDeps } from './local-models.ts';
import type { CapacitySettings } from './machine-capacity.ts';
import type { PullSettings } from './pull-references.ts';
import { createStarterPull, type SupplyLog } from './starter-pull.ts';
import type { UpstreamSupply } from './upstream-models.ts';

export interface ModelSupply {
  /** Resolves when the pulls of the start have ended, also if they failed. */
  settled: Promise<void>;
  /**
   * Why no model of the kind can answer yet; undefined = one can. The server is ready when a chat model can answer.
   * Default: `chat`.
   */
  notReady(kind?: ModelKind): string | undefined;
  /** Per kind, the model that answers, or why none does. */
  describe(): readonly { kind: ModelKind; text: string }[];
  /** The state of each replica of each upstream. */
  upstreams(): readonly UpstreamReport[];
  close(): Promise<void>;
}

export interface SupplySettings extends ModelSources, PullSettings, CapacitySettings {
  /** Whether starter models are pulled. */
  pull: boolean;
}

export interface SupplyDeps extends Pick<LocalModelDeps, 'openers'> {
  registry: ModelRegistry;
  log: SupplyLog;
  /** Models that are always offered. */
  fixedModels: readonly RegisteredModel[];
  /** `onChange`: the upstreams offer other models than before. */
  openUpstreams(onChange: () => void): Promise<UpstreamSupply>;
}

const RETRY_AFTER_PULL_SECONDS = 10;
const RETRY_AFTER_UPSTREAM_SECONDS = 5;

type Missing = Partial<Record<ModelKind, Unavailability>>;

export async function supplyModels(settings: SupplySettings, deps: SupplyDeps): Promise<ModelSupply> {
  const { registry, log, fixedModels } = deps;
  const stop = new AbortController();
  const listModels = createModelLister(settings, deps);
  const missing: Missing = {};
  let models: readonly RegisteredModel[] = [];
  const hasModel = (kind: ModelKind) => models.some((model) => model.kind === kind);
  const refreshInBackground = () =>
    void refresh().catch((err: unknown) => log.error({ err }, 'models: the list could not be renewed'));
  const upstreams = await deps.openUpstreams(refreshInBackground);
  const [silent] = upstreams.unknown();
  // A restarting upstream must not cause the pull of a small local model.
  const pulls = settings.pull && !settings.offline && silent === undefined;

  const refresh = async () => {
    models = firstOfEach([...upstreams.models(), ...fixedModels, ...(await listModels())]);
    for (const kind of MODEL_KINDS) {
      if (hasModel(kind)) delete missing[kind];
      else missing[kind] ??= explainMissing(kind, pulls, silent);
    }
    await registry.replace(models, missing);
  };
  const report = async (kind: ModelKind, unavailability: Unavailability) => {
    missing[kind] = unavailability;
    await registry.replace(models, missing);
  };
  const pullStarters = createStarterPull(settings, { log, signal: stop.signal, refresh, report, hasModel });

  await refresh();
  const absent = MODEL_KINDS.filter((kind) => !models.some((model) => model.kind === kind && !model.builtIn));
  const settled = pulls ? pullStarters(absent) : Promise.resolve();
  return {
    settled,
    notReady: (kind = 'chat') => (hasModel(kind) ? undefined : missing[kind]?.reason),
    describe: () => describe(models, missing),
    upstreams: upstreams.reports,
    close: async () => {
      stop.abort(new DOMException('The server is shutting down.', 'AbortError'));
      await settled;
      await upstreams.close();
    },
  };
}

/** Of several models with the same id, the first one wins. */
function firstOfEach(models: readonly RegisteredModel[]): RegisteredModel[] {
  return [...new Map(models.toReversed().map((model) => [model.id, model])).values()].toReversed();
}

function describe(models: readonly RegisteredModel[], missing: Missing): ReturnType<ModelSupply['describe']> {
  return MODEL_KINDS.map((kind) => {
    const first = models.find((model) => model.kind === kind);
    const text = first === undefined ? missing[kind]?.reason : `${first.id} answers: ${first.label}`;
    return { kind, text: text ?? 'none is here' };
  });
}

/** `silent`: an upstream that has not listed its models. */
function explainMissing(kind: ModelKind, pulls: boolean, silent: string | undefined): Unavailability {
  if (silent !== undefined) {
    const reason = `No ${kind} model is here, and the upstream '${silent}' has not answered yet.`;
    return { reason, retryAfterSeconds: RETRY_AFTER_UPSTREAM_SECONDS };
  }
  if (pulls)
    return { reason: `No ${kind} model is here yet; one is pulled next.`, retryAfterSeconds: RETRY_AFTER_PULL_SECONDS };
  const reason = `No ${kind} model is here, and pulling one at start is switched off. \`selfsame pull\` gets one.`;
  return { reason, retryAfterSeconds: undefined };
}

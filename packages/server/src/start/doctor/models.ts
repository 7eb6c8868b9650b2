/** Checks the models, their sources and the upstreams. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { UpstreamSettings } from '../../config/upstreams.ts';
import { MODEL_KINDS } from '../../engines/model-kinds.ts';
import { recommend } from '../../models/recommend.ts';
import { describeModels } from '../../models/supply/describe-models.ts';
import { readMachineCapacity } from '../../models/supply/machine-capacity.ts';
import { modelsDirectory } from '../../models/supply/models-directory.ts';
import { describeCost } from '../../models/supply/recommend-models.ts';
import { type Check, type Finding, inOneLine } from './finding.ts';

const PIP_TIMEOUT_MS = 20_000;
const REACH_TIMEOUT_MS = 5000;

export const checkModels: Check = async (config) => {
  const described = await describeModels(config).catch((error: unknown) => inOneLine(error));
  const here = modelsDirectory(config);
  if (typeof described === 'string') {
    return { what: 'models', state: 'problem', seen: described, advice: `Look at the folder ${here}.` };
  }
  const { rows, refused, answers } = described;
  const seen = answers.replaceAll('\n', ' ');
  if (refused.length > 0) {
    const advice = `Remove or replace the file in ${here}.`;
    return { what: 'models', state: 'problem', seen: refused.join(' '), advice };
  }
  if (rows.some((row) => row.here) || config.upstreams.length > 0) return { what: 'models', state: 'ok', seen };
  const advice = `\`selfsame pull\` gets the models that fit this machine, or put a GGUF file into ${here}.`;
  return { what: 'models', state: 'warning', seen, advice };
};

/** The recommended model of each kind that fits best, whether it is installed, and what it costs. */
export const checkRecommended: Check = async (config) => {
  const what = 'recommended';
  const capacity = await readMachineCapacity(config).catch((error: unknown) => inOneLine(error));
  if (typeof capacity === 'string') return { what, state: 'problem', seen: capacity };
  const here = await describeModels(config).then(
    ({ rows }) => rows.filter((row) => row.here).map(({ id }) => id),
    (): string[] => [],
  );
  return MODEL_KINDS.map((kind) => {
    const best = recommend(kind, capacity).find(({ obstacle }) => obstacle === undefined)?.model;
    if (best === undefined) {
      const advice = 'The built-in model answers; `selfsame pull --recommend` says what each model needs.';
      return { what, state: 'warning', seen: `no ${kind} model of the catalogue fits this machine`, advice };
    }
    const seen = `${kind} model that fits best: ${best.id} (${describeCost(best)})`;
    if (here.includes(best.id)) return { what, state: 'ok', seen: `${seen}, which is here` };
    return {
      what,
      state: 'ok',
      seen,
      advice: `\`selfsame pull ${best.id}\` gets it, \`selfsame pull --recommend\` shows others.`,
    };
  });
};

export const checkSources: Check = async ({ hubUrl, offline }) => {
  if (offline) return { what: 'sources', state: 'ok', seen: 'offline: only files of this machine are read' };
  const [hub, pip] = await Promise.all([reach(hubUrl), findPip()]);
  return [
    hub === undefined
      ? { what: 'source: hub', state: 'ok', seen: `${hubUrl} answers` }
      : {
          what: 'source: hub',
          state: 'warning',
          seen: `${hubUrl}: ${hub}`,
          advice: 'Models come from the other sources then; SELFSAME_HUB_URL names a mirror.',
        },
    pip === undefined
      ? {
          what: 'source: pip',
          state: 'warning',
          seen: 'python3 with pip is not here',
          advice: 'Needed only where models come from a Python package registry.',
        }
      : { what: 'source: pip', state: 'ok', seen: pip },
  ];
};

/** Why the URL is unreachable; undefined = it responds. */
function reach(url: string): Promise<string | undefined> {
  return fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(REACH_TIMEOUT_MS) }).then(
    () => undefined,
    (error: unknown) => inOneLine(error),
  );
}

function findPip(): Promise<string | undefined> {
  return promisify(execFile)('python3', ['-m', 'pip', '--version'], { timeout: PIP_TIMEOUT_MS }).then(
    ({ stdout }) => stdout.split(' ').slice(0, 2).join(' '),
    () => undefined,
  );
}

export const checkUpstreams: Check = async ({ upstreams }) =>
  Promise.all(upstreams.flatMap((upstream) => upstream.urls.map((url) => checkReplica(upstream, url))));

async function checkReplica({ name, apiKey, models }: UpstreamSettings, url: string): Promise<Finding> {
  const what = `upstream: ${name}`;
  try {
    const response = await fetch(`${url}/models`, {
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
      signal: AbortSignal.timeout(REACH_TIMEOUT_MS),
    });
    if (response.status === 401 || response.status === 403) {
      const seen = `${url} answered ${response.status}`;
      return { what, state: 'problem', seen, advice: 'Its API key is wrong or missing: see keyEnv and keyFile.' };
    }
    if (!response.ok) {
      const advice = 'Is this the base URL, with /v1 where the server has it?';
      return { what, state: 'problem', seen: `${url}/models answered ${response.status}`, advice };
    }
    const { data } = (await response.json()) as { data?: { id?: string }[] };
    const listed = (data ?? []).map(({ id = '' }) => id);
    const missing = models === 'all' ? [] : models.filter(({ upstreamId }) => !listed.includes(upstreamId));
    if (missing.length === 0) return { what, state: 'ok', seen: `${url} answers with ${listed.length} models` };
    const seen = `${url} does not list ${missing.map(({ upstreamId }) => upstreamId).join(', ')}`;
    return { what, state: 'warning', seen, advice: `It lists ${listed.join(', ') || 'none'}.` };
  } catch (error) {
    const seen = `${url}: ${inOneLine(error)}`;
    return { what, state: 'problem', seen, advice: 'Start it, or take it out of `upstreams`.' };
  }
}

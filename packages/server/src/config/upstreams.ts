/** OpenAI-compatible servers that Selfsame puts its models before: what the setting `upstreams` says of each. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MODEL_KINDS, type ModelKind } from '../engines/model-kinds.ts';
import {
  type FileValueOf,
  type Form,
  FormError,
  fromJsonText,
  refuse,
  type Surroundings,
  type ValueOf,
} from './form.ts';
import { asChoice, asInteger, asList, asText } from './forms.ts';
import { asListOfObjects, asObject } from './object-form.ts';

export interface UpstreamSettings {
  /** Unique; names the upstream in logs, metrics and errors. */
  name: string;
  /** Base URLs of its replicas, with the version where there is one (`http://gpu-1:8000/v1`), without a slash at the end. */
  urls: readonly string[];
  /** Secret: read from the variable or the file that the setting names. */
  apiKey?: string;
  type: 'vllm' | 'sglang' | 'llama-server' | 'ollama' | 'openai' | 'other';
  /** `all`: whatever the upstream lists. */
  models: 'all' | readonly UpstreamModel[];
  /** What the upstream is known to support or to lack, beyond what its type says. */
  features?: readonly string[];
  connectTimeoutMs: number;
  /** From the request to the head of the answer. */
  headersTimeoutMs: number;
  /** Between two pieces of the answer. */
  idleTimeoutMs: number;
  /** Between two health checks of a replica. */
  healthIntervalMs: number;
}

export interface UpstreamModel {
  /** As clients name it. */
  id: string;
  /** As the upstream names it. */
  upstreamId: string;
  kind: ModelKind;
}

const TYPES = ['vllm', 'sglang', 'llama-server', 'ollama', 'openai', 'other'] as const;
const ONE_DAY_MS = 86_400_000;
const asTimeout = asInteger(1, ONE_DAY_MS);

const asModel = asObject({
  id: { form: asText, required: true, about: 'The id that clients ask for.' },
  upstreamId: { form: asText, about: "The upstream's own id of the model; left out, the same." },
  kind: { form: asChoice(MODEL_KINDS), default: 'chat', about: 'What the model does.' },
});
const asModels = asListOfObjects(asModel);

const asAllOrModels: Form<'all' | ValueOf<typeof asModels>, 'all' | FileValueOf<typeof asModels>> = fromJsonText({
  fromValue: (value, around) => {
    if (value === 'all') return value;
    return Array.isArray(value) ? asModels.fromValue(value, around) : refuse("expected 'all' or a list of models");
  },
  schema: { anyOf: [{ const: 'all' }, asModels.schema] },
});

const asUrls: Form<string[], readonly string[]> = {
  ...asList,
  fromValue: (value, around) => {
    const urls = asList.fromValue(value, around);
    const faults = urls.flatMap((url, at) => {
      const message = faultOfUrl(url);
      return message === undefined ? [] : [{ path: [at], message }];
    });
    if (faults.length > 0) throw new FormError(faults);
    return urls.length === 0 ? refuse('expected at least one URL') : urls.map((url) => url.replace(/\/+$/, ''));
  },
  schema: { type: 'array', minItems: 1, items: { type: 'string', format: 'uri' } },
};

function faultOfUrl(text: string): string | undefined {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) return 'expected an http or https URL';
  if (url.username !== '' || url.password !== '') return 'a URL here carries no password; name a variable in keyEnv';
  return url.search === '' && url.hash === '' ? undefined : 'expected a URL without query or fragment';
}

const asUpstream = asObject({
  name: { form: asText, required: true, about: 'Unique name, for logs, metrics and errors.' },
  urls: { form: asUrls, required: true, about: 'Base URL of each replica, e.g. http://gpu-1:8000/v1.' },
  keyEnv: { form: asText, about: 'Environment variable that holds its API key.' },
  keyFile: { form: asText, about: 'File that holds its API key.' },
  type: { form: asChoice(TYPES), default: 'other', about: 'What serves there: decides what is asked of it and how.' },
  models: { form: asAllOrModels, default: 'all', about: 'all = whatever it lists; else the models to offer.' },
  features: { form: asList, about: 'What it supports beyond its type.' },
  connectTimeoutMs: { form: asTimeout, default: 5000, about: 'Time to connect.' },
  headersTimeoutMs: { form: asTimeout, default: 300_000, about: 'Time from the request to the head of the answer.' },
  idleTimeoutMs: { form: asTimeout, default: 60_000, about: 'Longest silence within an answer.' },
  healthIntervalMs: { form: asTimeout, default: 10_000, about: 'Time between two health checks of a replica.' },
});

type Described = ValueOf<typeof asUpstream>;

function toSettings({ keyEnv, keyFile, features, models, ...rest }: Described, around: Surroundings): UpstreamSettings {
  const apiKey = readKey(keyEnv, keyFile, around);
  return {
    ...rest,
    models: models === 'all' ? models : models.map((each) => ({ ...each, upstreamId: each.upstreamId ?? each.id })),
    ...(apiKey === undefined ? {} : { apiKey }),
    ...(features === undefined ? {} : { features }),
  };
}

function readKey(keyEnv: string | undefined, keyFile: string | undefined, around: Surroundings): string | undefined {
  const fail = (at: string, message: string): never => {
    throw new FormError([{ path: [at], message }]);
  };
  if (keyEnv !== undefined && keyFile !== undefined)
    return fail('keyFile', 'keyEnv is given too; one of them is enough');
  if (keyEnv !== undefined) {
    const value = around.environment[keyEnv];
    return value === undefined || value === '' ? fail('keyEnv', `the variable ${keyEnv} is not set`) : value;
  }
  if (keyFile === undefined) return undefined;
  let key = '';
  try {
    key = readFileSync(resolve(around.directory, keyFile), 'utf8').trim();
  } catch (error) {
    fail('keyFile', `the file cannot be read (${(error as Error).message})`);
  }
  return key === '' ? fail('keyFile', 'the file is empty') : key;
}

const asDescribed = asListOfObjects<UpstreamSettings, FileValueOf<typeof asUpstream>>({
  ...asUpstream,
  fromValue: (value, around) => toSettings(asUpstream.fromValue(value, around), around),
});

export const asUpstreams: typeof asDescribed = fromJsonText({
  ...asDescribed,
  fromValue: (value, around) => {
    const upstreams = asDescribed.fromValue(value, around);
    const again = upstreams.findIndex(({ name }, at) => upstreams.findIndex((each) => each.name === name) < at);
    if (again >= 0) throw new FormError([{ path: [again, 'name'], message: 'another upstream has this name' }]);
    return upstreams;
  },
});

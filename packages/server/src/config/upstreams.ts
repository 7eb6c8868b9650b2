/** The setting `upstreams`: OpenAI-compatible servers whose models Selfsame offers. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { MODEL_KINDS, type ModelKind } from '../engines/model-kinds.ts';
import { defined } from '../lib/defined.ts';
import { type FileValueOf, type Form, type FormDeps, FormError, fromJsonText, refuse, type ValueOf } from './form.ts';
import { asChoice, asInteger, asList, asText } from './forms.ts';
import { asListOfObjects, asObject } from './object-form.ts';

export interface UpstreamSettings {
  /** Unique; names the upstream in logs, metrics and errors. */
  name: string;
  /** Base URLs of its replicas, with the version if any (`http://gpu-1:8000/v1`), without a trailing slash. */
  urls: readonly string[];
  /** Secret. Read from the variable or file that the setting names. */
  apiKey?: string;
  type: 'vllm' | 'sglang' | 'llama-server' | 'ollama' | 'openai' | 'other';
  /** `all`: every model that the upstream lists. */
  models: 'all' | readonly UpstreamModel[];
  /** Differences from the features of its type: `logit_bias` adds one, `-logit_bias` removes one. */
  features?: readonly string[];
  connectTimeoutMs: number;
  /** From the request to the response headers. */
  headersTimeoutMs: number;
  /** Between two reads of the response body. */
  idleTimeoutMs: number;
  /** Between two health checks of a replica. */
  healthIntervalMs: number;
}

export interface UpstreamModel {
  /** The id that clients use. */
  id: string;
  /** The upstream's own id. */
  upstreamId: string;
  kind: ModelKind;
}

const TYPES = ['vllm', 'sglang', 'llama-server', 'ollama', 'openai', 'other'] as const;
const ONE_DAY_MS = 86_400_000;
const asTimeout = asInteger(1, ONE_DAY_MS);

const asModel = asObject({
  id: { form: asText, required: true, about: 'The id that clients ask for.' },
  upstreamId: { form: asText, about: "The upstream's own id of the model. Default: the same id." },
  kind: { form: asChoice(MODEL_KINDS), default: 'chat', about: 'Kind of the model.' },
});
const asModels = asListOfObjects(asModel);

const asAllOrModels: Form<'all' | ValueOf<typeof asModels>, 'all' | FileValueOf<typeof asModels>> = fromJsonText({
  fromValue: (value, deps) => {
    if (value === 'all') return value;
    return Array.isArray(value) ? asModels.fromValue(value, deps) : refuse("expected 'all' or a list of models");
  },
  schema: { anyOf: [{ const: 'all' }, asModels.schema] },
});

const asUrls: Form<string[], readonly string[]> = {
  ...asList,
  fromValue: (value, deps) => {
    const urls = asList.fromValue(value, deps);
    const issues = urls.flatMap((url, at) => {
      const message = findUrlIssue(url);
      return message === undefined ? [] : [{ path: [at], message }];
    });
    if (issues.length > 0) throw new FormError(issues);
    return urls.length === 0 ? refuse('expected at least one URL') : urls.map((url) => url.replace(/\/+$/, ''));
  },
  schema: { type: 'array', minItems: 1, items: { type: 'string', format: 'uri' } },
};

function findUrlIssue(text: string): string | undefined {
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
  type: { form: asChoice(TYPES), default: 'other', about: 'Server program: decides which features are used and how.' },
  models: { form: asAllOrModels, default: 'all', about: 'all = every model that it lists; else the models to offer.' },
  features: { form: asList, about: 'Features in addition to those of its type; `-name` removes one.' },
  connectTimeoutMs: { form: asTimeout, default: 5000, about: 'Maximum time to connect.' },
  headersTimeoutMs: {
    form: asTimeout,
    default: 300_000,
    about: 'Maximum time from the request to the response headers.',
  },
  idleTimeoutMs: { form: asTimeout, default: 60_000, about: 'Maximum time between two reads of a response.' },
  healthIntervalMs: { form: asTimeout, default: 10_000, about: 'Time between two health checks of a replica.' },
});

type Described = ValueOf<typeof asUpstream>;

function toSettings({ keyEnv, keyFile, features, models, ...rest }: Described, deps: FormDeps): UpstreamSettings {
  const apiKey = readKey(keyEnv, keyFile, deps);
  return {
    ...rest,
    models: models === 'all' ? models : models.map((each) => ({ ...each, upstreamId: each.upstreamId ?? each.id })),
    ...defined({ apiKey, features }),
  };
}

function readKey(keyEnv: string | undefined, keyFile: string | undefined, deps: FormDeps): string | undefined {
  const fail = (at: string, message: string): never => {
    throw new FormError([{ path: [at], message }]);
  };
  if (keyEnv !== undefined && keyFile !== undefined)
    return fail('keyFile', 'keyEnv is given too; one of them is enough');
  if (keyEnv !== undefined) {
    const value = deps.environment[keyEnv];
    return value === undefined || value === '' ? fail('keyEnv', `the variable ${keyEnv} is not set`) : value;
  }
  if (keyFile === undefined) return undefined;
  let key = '';
  try {
    key = readFileSync(resolve(deps.directory, keyFile), 'utf8').trim();
  } catch (error) {
    fail('keyFile', `the file cannot be read (${(error as Error).message})`);
  }
  return key === '' ? fail('keyFile', 'the file is empty') : key;
}

const asDescribed = asListOfObjects<UpstreamSettings, FileValueOf<typeof asUpstream>>({
  ...asUpstream,
  fromValue: (value, deps) => toSettings(asUpstream.fromValue(value, deps), deps),
});

export const asUpstreams: typeof asDescribed = fromJsonText({
  ...asDescribed,
  fromValue: (value, deps) => {
    const upstreams = asDescribed.fromValue(value, deps);
    const again = upstreams.findIndex(({ name }, at) => upstreams.findIndex((each) => each.name === name) < at);
    if (again >= 0) throw new FormError([{ path: [again, 'name'], message: 'another upstream has this name' }]);
    return upstreams;
  },
});

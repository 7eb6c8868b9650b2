/**
 * Every setting with its environment variable, default, form and description. `Config`, the flags and the schema of the
 * configuration file are derived from this table. Add a setting here only.
 */
import { homedir } from 'node:os';
import { join } from 'node:path';
import {
  asAliases,
  asChoice,
  asDatabaseUrl,
  asFlag,
  asHeaders,
  asInteger,
  asList,
  asPath,
  asPaths,
  asText,
  asThreads,
} from './forms.ts';
import { SANDBOX_SETTINGS } from './sandbox-settings.ts';
import { asUpstreams, type UpstreamSettings } from './upstreams.ts';

const HOME = join(homedir(), '.selfsame');
const LOOPBACK_ORIGINS = ['http://localhost:*', 'http://127.0.0.1:*'];
const CHAT_AUDIO = ['refuse', 'transcribe'] as const;
const SEARCH_ENGINES = ['none', 'searxng', 'brave', 'tavily'] as const;
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

export const settings = {
  host: {
    env: 'SELFSAME_HOST',
    default: '127.0.0.1',
    form: asText,
    about: 'Address to listen on. Beyond loopback an API key must exist.',
  },
  port: { env: 'SELFSAME_PORT', default: 8642, form: asInteger(0, 65_535), about: 'TCP port; 0 takes any free one.' },
  dataDir: {
    env: 'SELFSAME_DATA_DIR',
    default: HOME,
    form: asPath,
    about: 'Folder of the database and of pulled models.',
  },
  databaseUrl: {
    env: 'SELFSAME_DATABASE_URL',
    default: '',
    form: asDatabaseUrl,
    secret: true,
    about: 'postgres://… of a PostgreSQL database; empty = the embedded SQLite in the data folder.',
  },
  jobPlaces: {
    env: 'SELFSAME_JOB_PLACES',
    default: 4,
    form: asInteger(0, 256),
    about: 'Jobs of each queue that this process runs in parallel; 0 leaves them to `selfsame worker`.',
  },
  models: {
    env: 'SELFSAME_MODELS',
    default: [] as string[],
    form: asPaths,
    about: 'GGUF files and folders with ONNX embedding models of your own, comma-separated; the first is the default.',
  },
  upstreams: {
    env: 'SELFSAME_UPSTREAMS',
    default: [] as UpstreamSettings[],
    form: asUpstreams,
    about: 'OpenAI-compatible servers whose models are offered too; as a variable, JSON.',
  },
  aliases: {
    env: 'SELFSAME_ALIASES',
    default: 'well-known' as 'well-known' | 'none' | Record<string, string>,
    form: asAliases,
    about: 'well-known | none | id=model,id=model: other ids that the models answer to.',
  },
  pull: {
    env: 'SELFSAME_PULL',
    default: true,
    form: asFlag,
    about: 'Pull at start a recommended model of each kind that has only a built-in model or none.',
  },
  builtIn: {
    env: 'SELFSAME_BUILT_IN',
    default: true,
    form: asFlag,
    about: 'Offer the very small built-in models; each answers until another model of its kind is available.',
  },
  offline: {
    env: 'SELFSAME_OFFLINE',
    default: false,
    form: asFlag,
    about: 'Pull nothing over a network: only local files are read.',
  },
  hubUrl: {
    env: 'SELFSAME_HUB_URL',
    default: 'https://huggingface.co',
    form: asText,
    about: 'Hub, or a mirror of it, that hf: sources are pulled from.',
  },
  hubToken: {
    env: 'SELFSAME_HUB_TOKEN',
    default: '',
    form: asText,
    secret: true,
    about: 'Access token for private or gated repositories of the hub.',
  },
  threads: {
    env: 'SELFSAME_THREADS',
    default: 0,
    form: asThreads,
    about: 'Threads of a local engine; auto (0) = the cores that are free at start.',
  },
  contextTokens: {
    env: 'SELFSAME_CONTEXT_TOKENS',
    default: 8192,
    form: asInteger(256, 1_048_576),
    about: 'Maximum prompt + completion tokens of one request; the context of the model limits it too.',
  },
  parallelRequests: {
    env: 'SELFSAME_PARALLEL_REQUESTS',
    default: 4,
    form: asInteger(1, 256),
    about: 'Requests that one local engine decodes in parallel; others wait in its queue.',
  },
  modelIdleMs: {
    env: 'SELFSAME_MODEL_IDLE_MS',
    default: 0,
    form: asInteger(0, 86_400_000),
    about: 'A local model is unloaded after this time without a request; 0 = never.',
  },
  engineSilenceMs: {
    env: 'SELFSAME_ENGINE_SILENCE_MS',
    default: 20_000,
    form: asInteger(2_000, 86_400_000),
    about: 'A local engine is killed and restarted after this time without a heartbeat of its process.',
  },
  modelMemoryBytes: {
    env: 'SELFSAME_MODEL_MEMORY_BYTES',
    default: 0,
    form: asInteger(0, Number.MAX_SAFE_INTEGER),
    about: 'Maximum memory of all local models together; 0 = the memory of the machine or container.',
  },
  searchMemoryBytes: {
    env: 'SELFSAME_SEARCH_MEMORY_BYTES',
    default: 1024 ** 3,
    form: asInteger(0, Number.MAX_SAFE_INTEGER),
    about: 'Maximum memory of the indexes of large vector stores together; 0 = no index, every vector is compared.',
  },
  corsOrigins: {
    env: 'SELFSAME_CORS_ORIGINS',
    default: LOOPBACK_ORIGINS,
    form: asList,
    about: 'Origins whose pages may call the API, comma-separated; * = any.',
  },
  privateHosts: {
    env: 'SELFSAME_PRIVATE_HOSTS',
    default: [] as string[],
    form: asList,
    about: 'Hosts with private addresses that remote tools may connect to: names, addresses, comma-separated; * = any.',
  },
  searchEngine: {
    env: 'SELFSAME_SEARCH_ENGINE',
    default: 'none' as (typeof SEARCH_ENGINES)[number],
    form: asChoice(SEARCH_ENGINES),
    about: 'none | searxng | brave | tavily: the service that `web_search` of the Responses API asks.',
  },
  searchUrl: {
    env: 'SELFSAME_SEARCH_URL',
    default: '',
    form: asText,
    about: 'Address of the search engine; required for searxng, which must allow the format json.',
  },
  searchKey: {
    env: 'SELFSAME_SEARCH_KEY',
    default: '',
    form: asText,
    secret: true,
    about: 'Key of the search engine; required for brave and tavily.',
  },
  chatAudio: {
    env: 'SELFSAME_CHAT_AUDIO',
    default: 'refuse' as (typeof CHAT_AUDIO)[number],
    form: asChoice(CHAT_AUDIO),
    about:
      'refuse | transcribe: recordings in messages for models that do not hear; transcribe = they read the transcript.',
  },
  ...SANDBOX_SETTINGS,
  requestTimeoutMs: {
    env: 'SELFSAME_REQUEST_TIMEOUT_MS',
    default: 300_000,
    form: asInteger(100, 86_400_000),
    about: 'Maximum time to receive a request.',
  },
  keepAliveMs: {
    env: 'SELFSAME_KEEP_ALIVE_MS',
    default: 15_000,
    form: asInteger(100, 600_000),
    about: 'Silence on a stream after which a comment is sent.',
  },
  shutdownGraceMs: {
    env: 'SELFSAME_SHUTDOWN_GRACE_MS',
    default: 20_000,
    form: asInteger(0, 600_000),
    about: 'Time that running requests get to finish at shutdown.',
  },
  blobUrl: {
    env: 'SELFSAME_BLOB_URL',
    default: '',
    form: asText,
    about: 'Storage of file contents: s3://BUCKET/PREFIX?endpoint=URL&region=NAME, or empty for a folder in dataDir.',
  },
  projectFileBytes: {
    env: 'SELFSAME_PROJECT_FILE_BYTES',
    default: 100 * 1024 ** 3,
    form: asInteger(0, Number.MAX_SAFE_INTEGER),
    about: 'Maximum bytes of all files of one project.',
  },
  metricsToken: {
    env: 'SELFSAME_METRICS_TOKEN',
    default: '',
    form: asText,
    secret: true,
    about: 'Bearer token that may read /metrics, in addition to API keys.',
  },
  traceEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: '',
    form: asText,
    about:
      'OpenTelemetry collector that traces are sent to (OTLP over HTTP), e.g. http://collector:4318; empty = no traces.',
  },
  traceHeaders: {
    env: 'OTEL_EXPORTER_OTLP_HEADERS',
    default: {} as Record<string, string>,
    form: asHeaders,
    secret: true,
    about: 'Headers for the collector, name=value,name=value.',
  },
  traceServiceName: {
    env: 'OTEL_SERVICE_NAME',
    default: 'selfsame',
    form: asText,
    about: 'Name of this server in traces.',
  },
  tracePercent: {
    env: 'SELFSAME_TRACE_PERCENT',
    default: 100,
    form: asInteger(0, 100),
    about:
      'Percentage of the traces started here that is sent. A trace started by the caller follows its sampling decision.',
  },
  logLevel: {
    env: 'SELFSAME_LOG_LEVEL',
    default: 'info' as (typeof LOG_LEVELS)[number],
    form: asChoice(LOG_LEVELS),
    about: `One of ${LOG_LEVELS.join(', ')}.`,
  },
  checkResponses: {
    env: 'SELFSAME_CHECK_RESPONSES',
    default: false,
    form: asFlag,
    about: 'Check every response against the contract: for development and tests.',
  },
  scripted: {
    env: 'SELFSAME_SCRIPTED',
    default: false,
    form: asFlag,
    about: 'Offer the scripted engine, which repeats its input: for tests of clients and of the server.',
  },
} as const;

export type SettingName = keyof typeof settings;

/** Path of the configuration file; `--config` overrides it. Unset = the file in the working directory, if any. */
export const CONFIG_FILE_VARIABLE = 'SELFSAME_CONFIG';

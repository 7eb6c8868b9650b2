/**
 * Which room may import which. Arrows point inward to the contract and to doors; only `start` knows adapters.
 * A room that is missing here fails the test: its arrows are decided when its first inhabitant comes.
 */
export const ARROWS: Readonly<Record<string, readonly string[] | '*'>> = {
  errors: [],
  lib: [],
  version: [],
  config: [],
  // What a program may import from the package.
  index: ['config'],
  engines: ['errors', 'lib'],
  'engines/child-process': ['engines', 'errors', 'lib'],
  'engines/llama-cpp': ['engines/child-process', 'engines', 'errors', 'lib'],
  'engines/onnx': ['engines/child-process', 'engines', 'errors', 'lib'],
  'engines/openai-compatible': ['engines', 'errors', 'lib'],
  'engines/scripted': ['engines', 'errors', 'lib'],
  'engines/tokens': ['errors'],
  models: ['errors', 'lib'],
  storage: ['errors', 'lib'],
  'storage/sql': ['storage', 'errors', 'lib'],
  'storage/blobs': ['lib'],
  'storage/blobs/file-system': ['storage/blobs', 'lib'],
  tenancy: ['storage', 'errors', 'lib'],
  generation: ['engines', 'errors', 'lib'],
  resources: ['generation', 'tenancy', 'storage', 'storage/blobs', 'engines', 'engines/tokens', 'errors', 'lib'],
  operations: ['resources', 'tenancy', 'errors', 'lib'],
  metrics: ['operations', 'lib'],
  http: ['operations', 'tenancy', 'errors', 'lib'],
  // The composition root knows everything but the command line.
  start: '*',
  cli: ['start', 'config', 'version'],
};

/** Third-party package → the rooms that may import it. The contract is a leaf that all may use. */
export const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  '@selfsame/contract': ['resources', 'operations', 'http', 'start', 'generation'],
  '@fastify/busboy': ['http'],
  '@fastify/cors': ['http'],
  '@huggingface/jinja': ['engines/llama-cpp'],
  '@huggingface/transformers': ['engines/onnx'],
  ajv: ['operations'],
  'better-sqlite3': ['storage/sql'],
  commander: ['cli'],
  fastify: ['http'],
  'gpt-tokenizer': ['engines/tokens'],
  kysely: ['storage/sql'],
  'node-llama-cpp': ['engines/llama-cpp'],
  'prom-client': ['metrics'],
  pg: ['storage/sql'],
  pino: ['cli', 'start', 'http'],
  undici: ['models', 'engines/openai-compatible'],
};

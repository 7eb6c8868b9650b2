/**
 * An embedding model of an upstream behind the embedding-model door. Inputs go in batches, several at once; vectors come as base64
 * where the upstream can, and are scaled to length 1 whatever it does. Invariant: one input of one kind per place, in order.
 */
import { errors } from '../../errors/catalogue.ts';
import { toUnitVector } from '../../lib/unit-vector.ts';
import type { Embedded, EmbeddingModel, EmbedOptions, EmbedRequest } from '../embedding-model.ts';
import { countHostedTexts } from '../tokens/hosted-tokens.ts';
import { type Calls, createCalls } from './calls.ts';
import { type Batch, toBatches } from './embedding-batches.ts';
import { Fault } from './fault.ts';
import type { UpstreamOptions, UpstreamType } from './options.ts';
import { readBody } from './read-body.ts';
import { toKnown, type Upstream } from './upstream.ts';

export interface UpstreamEmbeddingModelOptions {
  modelId: string;
  /** The upstream's own id of it. */
  upstreamId: string;
  /** Default: not known, and nothing is refused for it here. */
  inputTokens?: number;
}

/** Batches of one request that are under way together. */
const BATCHES_AT_ONCE = 4;
/** 128 vectors of 4096 numbers as text are 12 MB. */
const MOST_ANSWER_BYTES = 64 * 1024 * 1024;

/** Asks the upstream for one vector, to learn how many numbers it has. Throws ApiError. */
export async function openUpstreamEmbeddingModel(
  upstream: Upstream,
  { modelId, upstreamId, inputTokens = Number.POSITIVE_INFINITY }: UpstreamEmbeddingModelOptions,
): Promise<EmbeddingModel> {
  const calls = createCalls();
  const closing = new AbortController();
  const embed = (request: EmbedRequest, signal: AbortSignal) =>
    embedAll(request, { upstream, upstreamId, calls, signal });
  const { vectors } = await embed({ inputs: ['dimensions'], nameInput: () => 'input' }, new AbortController().signal);
  return {
    modelId,
    capabilities: { dimensions: vectors[0]?.length ?? 0, inputTokens },
    doEmbed: (request: EmbedRequest, { signal }: EmbedOptions) => embed(request, signal),
    countTokens: (texts, { signal }: EmbedOptions) =>
      countHostedTexts(texts, AbortSignal.any([signal, closing.signal])),
    async close() {
      const closed = errors.engineFailed('it was closed.');
      closing.abort(closed);
      calls.close(closed);
    },
  };
}

interface Work {
  upstream: Upstream;
  upstreamId: string;
  calls: Calls;
  signal: AbortSignal;
}

async function embedAll(request: EmbedRequest, work: Work): Promise<Embedded> {
  const batches = toBatches(request.inputs);
  const vectors: Float32Array[] = [];
  let inputTokens = 0;
  const failed = new AbortController();
  const signal = AbortSignal.any([work.signal, failed.signal]);
  let next = 0;
  const lane = async () => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      const answer = await embedBatch(batch, request, { ...work, signal });
      for (const [at, place] of batch.places.entries()) vectors[place] = answer.vectors[at] as Float32Array;
      inputTokens += answer.tokens;
    }
  };
  const lanes = Array.from({ length: Math.min(BATCHES_AT_ONCE, batches.length) }, lane);
  try {
    await Promise.all(lanes);
  } catch (error) {
    // The others would work for nobody.
    failed.abort(error);
    await Promise.allSettled(lanes);
    throw error;
  }
  return { vectors, inputTokens };
}

interface BatchAnswer {
  vectors: Float32Array[];
  tokens: number;
}

async function embedBatch(batch: Batch, request: EmbedRequest, work: Work): Promise<BatchAnswer> {
  const { upstream, upstreamId: model, calls, signal } = work;
  const { options } = upstream;
  const body = JSON.stringify({ model, input: batch.inputs, ...toEncoding(options.type) });
  try {
    const sent = await upstream.send(
      { path: '/embeddings', body, model },
      {
        calls,
        signal,
        read: async (response, call) => {
          const text = await readBody(response.body, MOST_ANSWER_BYTES).catch((error: unknown) => {
            throw toKnown(options, call, error);
          });
          return parseAnswer(text, batch.inputs.length, options);
        },
      },
    );
    sent.release();
    return sent.value;
  } catch (error) {
    throw nameInput(error, batch, request);
  }
}

/** Base64 is a quarter of the bytes, and needs no reading of numbers. */
const SENDS_BASE64: ReadonlySet<UpstreamType> = new Set(['openai', 'vllm', 'llama-server', 'other']);

function toEncoding(type: UpstreamType): { encoding_format?: string } {
  return SENDS_BASE64.has(type) ? { encoding_format: 'base64' } : {};
}

interface WireAnswer {
  data?: { index?: number; embedding?: unknown }[];
  usage?: { prompt_tokens?: number; total_tokens?: number };
}

function parseAnswer(text: string, expected: number, { name }: UpstreamOptions): BatchAnswer {
  const fail = (detail: string, cause?: unknown) => new Fault(errors.upstreamFailed(name, detail, cause), 'final');
  let answer: WireAnswer;
  try {
    answer = JSON.parse(text) as WireAnswer;
  } catch (error) {
    throw fail('its answer is not JSON.', error);
  }
  const { data = [], usage } = answer ?? {};
  const vectors: Float32Array[] = [];
  for (const [at, { index = at, embedding }] of data.entries()) {
    const vector = toVector(embedding);
    if (vector === undefined) throw fail('its answer holds something that is no vector.');
    vectors[index] = toUnitVector(vector);
  }
  const whole = vectors.length === expected && Object.keys(vectors).length === expected;
  if (!whole) throw fail(`it gave ${data.length} vectors for ${expected} inputs.`);
  return { vectors, tokens: usage?.prompt_tokens ?? usage?.total_tokens ?? 0 };
}

/** Numbers, or their little-endian bytes in base64. */
function toVector(embedding: unknown): Float32Array | undefined {
  if (Array.isArray(embedding)) return embedding.length === 0 ? undefined : Float32Array.from(embedding as number[]);
  if (typeof embedding !== 'string') return undefined;
  const bytes = Buffer.from(embedding, 'base64');
  if (bytes.length === 0 || bytes.length % 4 !== 0) return undefined;
  return Float32Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}

const INPUT = /^input(?:\[(\d+)\])?/;

/** What the upstream says of `input[3]` of a batch is said of the caller's own input. */
function nameInput(error: unknown, batch: Batch, { nameInput: nameOf }: EmbedRequest): unknown {
  const { param, code, status, message } = error as {
    param?: string;
    code?: string;
    status?: number;
    message?: string;
  };
  const found = INPUT.exec(param ?? '');
  if (found === null || status === undefined || message === undefined) return error;
  const place = batch.places[Number(found[1] ?? 0)];
  if (place === undefined || (found[1] === undefined && batch.places.length > 1)) return error;
  const name = nameOf(place);
  const renamed = message.replaceAll(`'${found[0]}'`, `'${name}'`);
  return errors.upstreamRefused(renamed, { status, param: name, ...(typeof code === 'string' ? { code } : {}) });
}

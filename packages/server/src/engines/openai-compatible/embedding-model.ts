/**
 * An embedding model of an upstream behind the embedding-model door. Inputs go in batches, several at once; vectors come as base64
 * from servers known to send it, and are scaled to length 1. Invariant: one vector per input, in order.
 */
import { errors } from '../../errors/catalogue.ts';
import type { Embedded, EmbeddingModel, EmbedOptions, EmbedRequest } from '../embedding-model.ts';
import { countHostedTexts } from '../tokens/hosted-tokens.ts';
import { type Calls, createCalls } from './calls.ts';
import { type EmbeddingAnswer, type ExpectedVectors, readEmbeddings } from './embedding-answer.ts';
import { type Batch, toBatches } from './embedding-batches.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { toBodyFault } from './fault.ts';
import type { UpstreamOptions, UpstreamType } from './options.ts';
import { readBody } from './read-body.ts';
import { toKnown, type Upstream } from './upstream.ts';
import { isAbsent, isRecord, WireError } from './wire-value.ts';

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
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Asks the upstream for one vector, to learn how many numbers it has. Throws ApiError. */
export async function openUpstreamEmbeddingModel(
  upstream: Upstream,
  { modelId, upstreamId, inputTokens = Number.POSITIVE_INFINITY }: UpstreamEmbeddingModelOptions,
): Promise<EmbeddingModel> {
  const calls = createCalls();
  const closing = new AbortController();
  const work = { upstream, upstreamId, calls };
  const trial: EmbedRequest = { inputs: ['dimensions'], nameInput: () => 'input' };
  const { vectors } = await embedAll(trial, { ...work, dimensions: undefined, signal: new AbortController().signal });
  const dimensions = vectors[0]?.length ?? 0;
  return {
    modelId,
    capabilities: { dimensions, inputTokens },
    doEmbed: (request: EmbedRequest, { signal }: EmbedOptions) => embedAll(request, { ...work, dimensions, signal }),
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
  /** Numbers of a vector; undefined until the first one. */
  dimensions: number | undefined;
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
      inputTokens += answer.inputTokens ?? estimateTokens(batch.inputs);
    }
  };
  const lanes = Array.from({ length: Math.min(BATCHES_AT_ONCE, batches.length) }, lane);
  try {
    await Promise.all(lanes);
  } catch (error) {
    // The results of the other batches are not needed any more.
    failed.abort(error);
    await Promise.allSettled(lanes);
    throw error;
  }
  return { vectors, inputTokens };
}

async function embedBatch(batch: Batch, request: EmbedRequest, work: Work): Promise<EmbeddingAnswer> {
  const { upstream, upstreamId: model, calls, dimensions, signal } = work;
  const { options } = upstream;
  const body = JSON.stringify({ model, input: batch.inputs, ...toEncoding(options.type) });
  try {
    const sent = await upstream.send(
      { path: '/embeddings', body, model },
      {
        calls,
        signal,
        read: async (response, call) => {
          const text = await readBody(response.body, MAX_ANSWER_BYTES).catch((error: unknown) => {
            throw toKnown(options, call, error);
          });
          return parseAnswer(text, { count: batch.inputs.length, dimensions }, options);
        },
      },
    );
    sent.release();
    return sent.value;
  } catch (error) {
    throw nameInput(error, batch, request);
  }
}

/** Servers known to send base64, which is a quarter of the bytes and needs no reading of numbers. */
const SENDS_BASE64: ReadonlySet<UpstreamType> = new Set(['openai', 'vllm', 'llama-server']);

function toEncoding(type: UpstreamType): { encoding_format?: string } {
  return SENDS_BASE64.has(type) ? { encoding_format: 'base64' } : {};
}

/** @throws WireError, or a Fault for an error in place of an answer. */
function parseAnswer(text: string, expected: ExpectedVectors, options: UpstreamOptions): EmbeddingAnswer {
  const answer = toJson(text);
  if (!isRecord(answer)) throw new WireError('its answer is not a JSON object.');
  if (!isAbsent(answer['error'])) throw toBodyFault(options, answer);
  return readEmbeddings(answer, expected);
}

function toJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
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

/**
 * An embedding model of an upstream behind the embedding-model door. It sends inputs in parallel batches, requests
 * base64 from servers known to send it, and scales vectors to length 1. Invariant: one vector per input, in order.
 */

import { errors } from '../../errors/catalogue.ts';
import type { Embedded, EmbeddingModel, EmbedOptions, EmbedRequest } from '../embedding-model.ts';
import { MODEL_KIND_FACTS } from '../model-kinds.ts';
import { countHostedTexts } from '../tokens/cl100k.ts';
import { type Calls, createCalls } from './calls.ts';
import { type EmbeddingAnswer, type ExpectedVectors, readEmbeddings } from './embedding-answer.ts';
import { type Batch, toBatches } from './embedding-batches.ts';
import { estimateTokens } from './estimate-tokens.ts';
import type { UpstreamOptions, UpstreamType } from './options.ts';
import { readBody } from './read-body.ts';
import { toKnown, type Upstream } from './upstream.ts';
import { toBodyError } from './upstream-error.ts';
import { isAbsent, isRecord, WireError } from './wire-value.ts';

export interface UpstreamEmbeddingModelOptions {
  modelId: string;
  /** Its id at the upstream. */
  upstreamId: string;
  /** Default: unknown, and no input is refused for its length here. */
  inputTokens?: number;
}

/** Batches of one request that are sent in parallel. */
const PARALLEL_BATCHES = 4;
/** 128 vectors of 4096 numbers as text are 12 MB. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** Embeds one text at the upstream to find the number of dimensions. Throws ApiError. */
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
  /** Numbers of a vector; undefined before the first one. */
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
  const worker = async () => {
    for (let batch = batches[next++]; batch !== undefined; batch = batches[next++]) {
      const answer = await embedBatch(batch, request, { ...work, signal });
      for (const [at, position] of batch.positions.entries()) vectors[position] = answer.vectors[at] as Float32Array;
      inputTokens += answer.inputTokens ?? estimateTokens(batch.inputs);
    }
  };
  const workers = Array.from({ length: Math.min(PARALLEL_BATCHES, batches.length) }, worker);
  try {
    await Promise.all(workers);
  } catch (error) {
    // The results of the other batches are no longer needed.
    failed.abort(error);
    await Promise.allSettled(workers);
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
      { path: MODEL_KIND_FACTS.embedding.upstreamPath, body, model },
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

/** Servers known to send base64, which takes a quarter of the bytes and no number parsing. */
const SENDS_BASE64: ReadonlySet<UpstreamType> = new Set(['openai', 'vllm', 'llama-server']);

function toEncoding(type: UpstreamType): { encoding_format?: string } {
  return SENDS_BASE64.has(type) ? { encoding_format: 'base64' } : {};
}

/** @throws WireError, or an UpstreamError for an error instead of an answer. */
function parseAnswer(text: string, expected: ExpectedVectors, options: UpstreamOptions): EmbeddingAnswer {
  const answer = toJson(text);
  if (!isRecord(answer)) throw new WireError('its answer is not a JSON object.');
  if (!isAbsent(answer['error'])) throw toBodyError(options, answer);
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

/** Renames `input[3]` of a batch in an upstream's error to the client's name for that input. */
function nameInput(error: unknown, batch: Batch, { nameInput: nameOf }: EmbedRequest): unknown {
  const { param, code, status, message } = error as {
    param?: string;
    code?: string;
    status?: number;
    message?: string;
  };
  const found = INPUT.exec(param ?? '');
  if (found === null || status === undefined || message === undefined) return error;
  const position = batch.positions[Number(found[1] ?? 0)];
  if (position === undefined || (found[1] === undefined && batch.positions.length > 1)) return error;
  const name = nameOf(position);
  const renamed = message.replaceAll(`'${found[0]}'`, `'${name}'`);
  return errors.upstreamRefused(renamed, { status, param: name, ...(typeof code === 'string' ? { code } : {}) });
}

/**
 * A model of an upstream behind the language-model door. Each request becomes one streamed request, read only on
 * demand. Invariant: an answer that the upstream did not end properly ends with an error, never with a `finish` event.
 */
import { createHash } from 'node:crypto';
import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import type {
  ContinuationRequest,
  GenerateEvent,
  GenerateOptions,
  GenerateRequest,
  LanguageModel,
} from '../language-model.ts';
import { textOf } from '../message-content.ts';
import { createAnswerCheck } from './answer-check.ts';
import { type AnswerReader, createAnswerReader } from './answer-reader.ts';
import { createCalls } from './calls.ts';
import { type Chunk, type ChunkEnd, parseChunk } from './chunk.ts';
import { estimateTokens } from './estimate-tokens.ts';
import { type EventStream, openEventStream } from './event-stream.ts';
import { toFeatures, toHints } from './features.ts';
import type { UpstreamType } from './options.ts';
import { ACCEPTED_INPUTS, toHintHeaders, toRequest } from './request-body.ts';
import { toKnown, type Upstream } from './upstream.ts';
import { toBodyError, UpstreamError } from './upstream-error.ts';
import { WireError } from './wire-value.ts';

export interface UpstreamLanguageModelOptions {
  modelId: string;
  /** Its id at the upstream. */
  upstreamId: string;
  /** Default: unknown, and no request is refused for its length here. */
  contextTokens?: number;
  /** Maximum answers to one prompt that are requested in parallel. Default 64; the upstream has its own queue. */
  parallelRequests?: number;
}

const DEFAULT_PARALLEL_REQUESTS = 64;

export function createUpstreamLanguageModel(upstream: Upstream, options: UpstreamLanguageModelOptions): LanguageModel {
  const { modelId, upstreamId, contextTokens = Number.POSITIVE_INFINITY } = options;
  const { name, type } = upstream.options;
  const calls = createCalls();

  async function* doGenerate(
    request: GenerateRequest,
    { signal, hints, whole = false }: GenerateOptions,
  ): AsyncGenerator<GenerateEvent> {
    const sent = await upstream.send(
      { ...toRequest(request, { type, model: upstreamId, hints }), model: upstreamId, headers: toHintHeaders(hints) },
      { calls, signal, read: (response, call) => openEventStream(response, call, upstream.options) },
    );
    let failure: UpstreamError | undefined = CLOSED_EARLY;
    try {
      yield* readAnswer(sent.value, request, { upstream, whole });
      failure = undefined;
    } catch (error) {
      const known = toKnown(upstream.options, sent.call, error);
      if (known instanceof UpstreamError) failure = known;
      throw known instanceof UpstreamError ? known.error : known;
    } finally {
      sent.value.close();
      sent.release(failure);
    }
  }

  return {
    modelId,
    capabilities: {
      contextTokens,
      inputs: ACCEPTED_INPUTS,
      parallelRequests: options.parallelRequests ?? DEFAULT_PARALLEL_REQUESTS,
      temperature: [0, 2],
      supportsSeed: true,
      features: toFeatures(upstream.options),
      hints: toHints(upstream.options),
    },
    fingerprint: toFingerprint(name, type, upstreamId),
    doGenerate,
    async close() {
      calls.close(errors.engineFailed('it was closed.'));
    },
  };
}

/** An answer whose reader stops early is not a failure of the replica. */
const CLOSED_EARLY = new UpstreamError(errors.engineFailed('the answer was left.'), 'final');

async function* readAnswer(
  stream: EventStream,
  request: GenerateRequest,
  { upstream: { options }, whole }: { upstream: Upstream; whole: boolean },
): AsyncGenerator<GenerateEvent> {
  const reader = createAnswerReader({
    topLogprobs: request.topLogprobs,
    severalCalls: request.prompt !== undefined || request.parallelToolCalls !== false,
  });
  const audit = createAudit(request);
  let started = false;
  for (let batch = await stream.next(); batch !== undefined; batch = await stream.next()) {
    let held: TokenEvent | undefined;
    for (const data of batch) {
      const tokens = reader.read(toChunk(data, options));
      if (!started) yield toStart(request, reader);
      started = true;
      for (const token of tokens) {
        audit.add(token);
        if (whole && isPlain(token)) held = join(held, token);
        else {
          if (held !== undefined) yield held;
          held = undefined;
          yield token;
        }
      }
    }
    if (held !== undefined) yield held;
    if (reader.isDone) break;
  }
  const ending = reader.end(isEnded(stream, reader, options.type));
  if (ending === undefined) {
    throw new UpstreamError(errors.upstreamFailed(options.name, 'it broke off its answer before the end.'), 'down');
  }
  for (const token of ending.tokens) {
    audit.add(token);
    yield token;
  }
  audit.end(ending.reason);
  const { usage } = reader;
  yield { type: 'finish', reason: ending.reason, ...defined({ usage }) };
}

/** Servers that always send an end mark: its absence means that they failed within the answer. */
const SENDS_END_MARK: ReadonlySet<UpstreamType> = new Set(['vllm', 'sglang', 'llama-server', 'ollama', 'openai']);

/** Whether the stream ended properly, for an answer without a finish reason. */
function isEnded({ end }: EventStream, { hasContent }: AnswerReader, type: UpstreamType): boolean {
  return end === 'mark' || (end === 'body' && hasContent && !SENDS_END_MARK.has(type));
}

/** Checks an answer against its request. Both methods throw a WireError. */
function createAudit(request: GenerateRequest) {
  const check = request.prompt === undefined ? createAnswerCheck(request) : undefined;
  const mayCall = request.prompt === undefined && request.tools !== undefined;
  // Undefined before the first text; then whether any text had a log probability.
  let scored: boolean | undefined;
  return {
    add(token: TokenEvent) {
      if (token.calls !== undefined && !mayCall) {
        throw new WireError('it called a function although none was offered.');
      }
      check?.add(token);
      if (token.text !== '') scored = scored === true || token.logprob !== undefined;
    },
    end(reason: ChunkEnd) {
      if (request.topLogprobs !== undefined && scored === false) throw new WireError(UNSCORED);
      // A truncated answer need not be valid.
      const failure = reason === 'length' || reason === 'content_filter' ? undefined : check?.failure();
      if (failure !== undefined) throw new WireError(failure);
    },
  };
}

type TokenEvent = Extract<GenerateEvent, { type: 'token' }>;

function isPlain({ calls, logprob, thought }: TokenEvent): boolean {
  return calls === undefined && logprob === undefined && thought === undefined;
}

function join(held: TokenEvent | undefined, { text }: TokenEvent): TokenEvent {
  return { type: 'token', text: (held?.text ?? '') + text, tokens: (held?.tokens ?? 0) + 1 };
}

const UNSCORED = 'it sent no log probabilities, which were asked for.';

function toChunk(data: string, options: Upstream['options']): Chunk {
  const chunk = parseChunk(data);
  if (chunk === undefined) throw new WireError('it sent an event that is not a JSON object.');
  if (chunk.failure !== undefined) throw toBodyError(options, chunk.failure);
  return chunk;
}

function toStart(request: GenerateRequest, { usage }: AnswerReader): GenerateEvent {
  if (usage !== undefined) {
    const { promptTokens, cachedTokens } = usage;
    return { type: 'start', promptTokens, cachedTokens };
  }
  return { type: 'start', promptTokens: estimatePromptTokens(request), cachedTokens: 0, estimated: true };
}

function estimatePromptTokens(request: GenerateRequest): number {
  const texts =
    request.prompt === undefined ? request.messages.map(({ content }) => textOf(content)) : toTexts(request);
  return estimateTokens(typeof request.prompt === 'object' ? [...texts, request.prompt] : texts);
}

function toTexts({ prompt, suffix = '' }: ContinuationRequest): string[] {
  return typeof prompt === 'string' ? [prompt, suffix] : [suffix];
}

function toFingerprint(...facts: readonly string[]): string {
  return `fp_${createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 10)}`;
}

/**
 * Adapter: GGUF models with llama.cpp, in a separate process, behind the language-model door. This side keeps the
 * queue, so that waiting requests survive a crash of the engine. It never loads native code.
 */
import { fileURLToPath } from 'node:url';
import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import { freeCores } from '../../lib/free-cores.ts';
import type { Engine, OpenEngine } from '../child-process/engine.ts';
import type { EngineDeps, EngineLog } from '../child-process/engine-process.ts';
import type { EngineMessage } from '../child-process/engine-protocol.ts';
import { toApiError } from '../child-process/failure.ts';
import { createOwnEngine } from '../child-process/shared-engine.ts';
import type { EngineReport } from '../engine-report.ts';
import { createEventChannel, type EventChannel } from '../event-channel.ts';
import type {
  ContinuationRequest,
  GenerateEvent,
  GenerateOptions,
  GenerateRequest,
  LanguageModel,
  LanguageModelCapabilities,
  LanguageModelFeature,
} from '../language-model.ts';
import { type TextConversation, toTextConversation } from '../message-content.ts';
import type { GenerateMessage, LoadedFacts, LoadSettings } from './generation-protocol.ts';
import { toAnswerGrammar } from './grammar/answer-grammar.ts';
import { toCallGrammar } from './grammar/call-grammar.ts';
import {
  type Convert,
  createSchemaConverter,
  ignoredParams,
  type SchemaConverter,
} from './grammar/schema-converter.ts';
import { canCallPlainly } from './plain-call.ts';
import { leastPromptTokens } from './prompt-bound.ts';
import { TOOL_FORMS, tagsOf } from './tool-form.ts';

export interface LlamaCppOptions extends EngineDeps {
  modelId: string;
  /** GGUF file. */
  path: string;
  /** Jinja chat template. Default: the template in the file. Without a template the model accepts raw prompts only. */
  chatTemplate?: string;
  /** Strings that end the model's turn, e.g. `\nUser:` where the template is a plain transcript. */
  endOfTurn?: readonly string[];
  /** Maximum prompt + completion tokens per request. Default 8192; limited by the model's training. */
  contextTokens?: number;
  /** Requests decoded in parallel; each needs memory for a whole context. Default 4. */
  parallelRequests?: number;
  /** Default: the number of free cores when the model is created. Limited by the physical cores. */
  threads?: number;
  /** Maximum number of waiting requests. Default 256. */
  maxWaiting?: number;
  /** Converts schemas to grammars. Default: one converter for all models of this process. */
  schemas?: SchemaConverter;
  /** Starts the engine. Default: an engine that other processes do not share. */
  openEngine?: OpenEngine;
}

const FEATURES: readonly LanguageModelFeature[] = [
  'penalties',
  'logit_bias',
  'format',
  'tools',
  'logprobs',
  'completion',
  'prompt_logprobs',
];
const DEFAULT_CONTEXT_TOKENS = 8192;
const MAX_LOGGED_PARAMS = 20;
const DEFAULT_PARALLEL_REQUESTS = 4;
const SCHEMAS = createSchemaConverter();
/** The script beside this file, with this file's own extension: `.ts` in the repository, `.js` when published. */
const PROGRAM = fileURLToPath(import.meta.url).replace(/language-model(\.[jt]s)$/, 'child$1');

/** `capabilities` and `fingerprint` are final once `ready()` has resolved. */
export class LlamaCppLanguageModel implements LanguageModel {
  readonly modelId: string;
  readonly #settings: LoadSettings;
  readonly #schemas: SchemaConverter;
  readonly #log: EngineLog;
  readonly #engine: Engine<LoadedFacts, GenerateMessage>;
  readonly #running = new Map<number, EventChannel<GenerateEvent>>();

  constructor(options: LlamaCppOptions) {
    const { modelId, path, chatTemplate, endOfTurn = [], maxWaiting } = options;
    const {
      contextTokens = DEFAULT_CONTEXT_TOKENS,
      parallelRequests = DEFAULT_PARALLEL_REQUESTS,
      threads = freeCores(),
    } = options;
    this.modelId = modelId;
    this.#schemas = options.schemas ?? SCHEMAS;
    this.#log = options.log;
    this.#settings = defined({ modelId, path, endOfTurn, contextTokens, parallelRequests, threads, chatTemplate });
    const { openEngine = createOwnEngine(options) } = options;
    this.#engine = openEngine<LoadedFacts, GenerateEvent, GenerateMessage>(
      defined({
        program: PROGRAM,
        settings: this.#settings,
        slots: parallelRequests,
        preemptsBatch: true,
        maxWaiting,
      }),
      {
        onMessage: (message) => this.#receive(message),
        onEnd: (error, ids) => {
          for (const id of ids) this.#running.get(id)?.fail(error);
        },
      },
    );
  }

  get capabilities(): LanguageModelCapabilities {
    const { contextTokens, parallelRequests } = this.#settings;
    return {
      contextTokens: this.#engine.facts?.contextTokens ?? contextTokens,
      parallelRequests,
      temperature: [0, 2],
      supportsSeed: true,
      thinks: this.#engine.facts?.thinks ?? false,
      features: this.#engine.facts?.fillsMiddle === true ? [...FEATURES, 'suffix'] : FEATURES,
    };
  }

  get fingerprint(): string {
    return this.#engine.facts?.fingerprint ?? 'fp_notloaded';
  }

  report(): EngineReport {
    return this.#engine.report();
  }

  /** Process id of the engine while it runs. */
  get pid(): number | undefined {
    return this.#engine.report().pid;
  }

  /** Loads the model now instead of at the first request. Rejects when it cannot be loaded. */
  async ready(): Promise<void> {
    await this.#engine.ready();
  }

  async *doGenerate(
    asked: GenerateRequest,
    { signal, priority, onIgnored }: GenerateOptions,
  ): AsyncGenerator<GenerateEvent> {
    const request = asked.prompt === undefined ? toTextConversation(asked) : asked;
    refuseTooLong(request, this.#engine.facts);
    const prepare = await toGenerateMessage(request, async (schemas) => {
      const converted = await this.#schemas.convert(schemas, signal);
      const ignored = ignoredParams(schemas, converted);
      if (ignored.length > 0) {
        const params = ignored.slice(0, MAX_LOGGED_PARAMS);
        this.#log.info({ modelId: this.modelId, params, count: ignored.length }, 'parts of a schema are not enforced');
      }
      for (const param of ignored) onIgnored?.(param);
      return converted;
    });
    const { id, release } = await this.#engine.acquire({ signal, priority });
    const channel = createEventChannel<GenerateEvent>();
    const abort = () => channel.failNow(signal.reason);
    let finished = false;
    try {
      signal.throwIfAborted();
      signal.addEventListener('abort', abort, { once: true });
      this.#running.set(id, channel);
      this.#engine.send({ ...prepare(this.#engine.facts ?? UNKNOWN_WRITER), id, priority });
      while (!finished) {
        const event = await channel.take();
        finished = event.type === 'finish';
        yield event;
      }
    } finally {
      signal.removeEventListener('abort', abort);
      if (this.#running.delete(id) && !finished) this.#engine.send({ type: 'cancel', id });
      release();
    }
  }

  async close(): Promise<void> {
    await this.#engine.close();
  }

  #receive(message: EngineMessage<GenerateEvent>): void {
    if (message.type === 'failed') this.#running.get(message.id)?.fail(toApiError(message.failure));
    else for (const [id, event] of message.events) this.#running.get(id)?.push(event);
  }
}

type WriterFacts = Pick<LoadedFacts, 'toolFamily' | 'thinks'>;

const UNKNOWN_WRITER: WriterFacts = { thinks: false };

/** Refuses prompts that cannot fit before they wait for the model. Does nothing until the model was loaded once. */
function refuseTooLong(request: TextConversation | ContinuationRequest, facts: LoadedFacts | undefined): void {
  if (facts === undefined) return;
  const least = leastPromptTokens(request, facts.prompt);
  const { contextTokens: limit } = facts;
  if (least < limit) return;
  const param = request.prompt === undefined ? 'messages' : 'prompt';
  throw errors.contextLengthExceeded(limit, { promptTokens: least, completionTokens: 0, param, isLeast: true });
}

/**
 * Checks the request's schemas now. The returned function needs the loaded model, which determines the form of calls.
 */
async function toGenerateMessage(
  asked: TextConversation | ContinuationRequest,
  convert: Convert,
): Promise<(writer: WriterFacts) => Omit<GenerateMessage, 'id' | 'priority'>> {
  if (asked.prompt !== undefined) return () => ({ type: 'generate', request: asked });
  const { format, ...request } = asked;
  const { tools, toolChoice: choice = 'auto', parallelToolCalls: parallel = true } = request;
  const schema = format?.type === 'json_schema' && choice === 'auto' ? { schema: format.schema } : {};
  if (tools === undefined) {
    const grammar = format === undefined ? undefined : await toAnswerGrammar(format, convert);
    return () => ({ type: 'generate', request, ...schema, ...defined({ grammar }) });
  }
  const print = await toCallGrammar({ tools, choice, parallel, format }, convert);
  return ({ toolFamily = 'generic', thinks }) => {
    const form = TOOL_FORMS[toolFamily];
    const either = choice === 'auto' && format !== undefined;
    if (either && !form.afterText) throw errors.unsupportedParameter('response_format', NOT_BOTH);
    const names = tools.map(({ name }) => name);
    // After a thought, which is free text for the grammar, the start of the answer cannot be found.
    const plain = form.plain === true && choice === 'auto' && !either && !thinks && canCallPlainly(names);
    const marks = { form, afterText: form.afterText && !either, tags: tagsOf(form) };
    const calls = plain ? { ...marks, plain: names } : marks;
    return { type: 'generate', request, ...schema, grammar: print(form, { plain }), calls };
  };
}

const NOT_BOTH =
  "With this model it cannot be combined with 'tools' unless a call is required: both begin an answer with a brace.";

export function createLlamaCppLanguageModel(options: LlamaCppOptions): LlamaCppLanguageModel {
  return new LlamaCppLanguageModel(options);
}

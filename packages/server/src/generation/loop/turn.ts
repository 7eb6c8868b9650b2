/**
 * One turn of a loop: the events of the model become transitions, each in a transaction of its own, and deltas between
 * them.
 * Invariant: a transition is written after the deltas that precede it.
 */
import type { TokenLogprob } from '../../engines/language-model.ts';
import { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { Clock } from '../../lib/clock.ts';
import { defined } from '../../lib/defined.ts';
import type { IdSource } from '../../lib/ids.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { GenerationEvent } from '../generate.ts';
import type { Advance } from './advance.ts';
import type { DeltaLog } from './delta-log.ts';
import { toShown } from './draft.ts';
import { Exhausted } from './fitted-generation.ts';
import type { Citation, CitedSource, LoopOutput } from './loop-output.ts';
import type { LoopCut, LoopError, OpenPart } from './loop-state.ts';
import type { LoopDefinition, LoopRecord, LoopStore, TurnTokens, TurnUsage } from './loop-store.ts';
import type { ServerTools } from './server-tools.ts';
import type { LoopEvent } from './state-machine.ts';

/** The loop has ended, or another attempt holds it: the rest of the turn is discarded. */
export class LoopLost extends Error {
  override readonly name = 'LoopLost';

  constructor() {
    super('The loop went on without this turn.');
  }
}

export type TransitionDetails = Pick<Advance, 'deltas' | 'usage' | 'logprobs' | 'shown'>;

/** Writes a transition. Returns undefined if the event cannot happen any more. */
export type WriteTransition = (event: LoopEvent, details?: TransitionDetails) => Promise<LoopRecord | undefined>;

export interface TurnDeps {
  clock: Clock;
  ids: IdSource;
  log: DeltaLog;
  output: LoopOutput;
  tools: ServerTools;
  store: Pick<LoopStore, 'listServerCalls'>;
  definition: Pick<LoopDefinition, 'withheld' | 'thoughts'>;
  write: WriteTransition;
}

const WITHHELD = 'its content filter withheld the rest of the answer.';

export class Turn {
  readonly #deps: TurnDeps;
  readonly #startedAt: number;
  readonly #calls: ModelCall[] = [];
  #thought = '';
  #text = '';
  readonly #logprobs: TokenLogprob[] = [];
  readonly #cited = { count: 0, end: 0 };
  #shown: readonly CitedSource[] = [];
  /** Whether the loop made calls before the turn. */
  readonly #followsCalls: boolean;
  /** Read once: no tool runs while the model writes. */
  #serverCalls: ReturnType<LoopStore['listServerCalls']> | undefined;
  #record: LoopRecord | undefined;
  #tokens: TurnTokens = { promptTokens: 0, completionTokens: 0, cachedTokens: 0, reasoningTokens: 0 };

  constructor(deps: TurnDeps, { followsCalls = false } = {}) {
    this.#deps = deps;
    this.#followsCalls = followsCalls;
    this.#startedAt = deps.clock.now();
  }

  /** Returns the loop after the turn. @throws LoopLost, and every error of the model. */
  async play(events: AsyncIterable<GenerationEvent>): Promise<LoopRecord | undefined> {
    for await (const event of events) await this.#handle(event);
    return this.#record;
  }

  /** Ends the loop in the middle of the turn and keeps the text so far. */
  async end(event: { type: 'stopped' } | { type: 'fail'; error: LoopError }): Promise<void> {
    const deltas = await this.#deps.log.take();
    const text = this.#openText;
    await this.#deps.write(
      { ...event, ...defined({ text }) },
      { deltas, usage: this.#usage, logprobs: this.#logprobs, shown: this.#shown },
    );
  }

  async #handle(event: GenerationEvent): Promise<void> {
    if (event.type !== 'start') this.#tokens.completionTokens = event.completionTokens;
    switch (event.type) {
      case 'start':
        this.#setCount(event);
        return;
      case 'thought':
        return this.#addThought(event.text);
      case 'text':
        return this.#addText(event.text, event.logprobs);
      case 'tool-call':
        return this.#addCall(event.name);
      case 'tool-arguments':
        return this.#addArguments(event.index, event.text);
      case 'finish':
        if (event.count !== undefined) this.#setCount(event.count);
        this.#tokens.reasoningTokens = event.reasoningTokens;
        if (event.reason === 'content_filter') return this.#finishWithheld();
        return this.#finish(event.reason === 'length' ? 'completion_tokens' : null);
    }
  }

  #setCount({ promptTokens, cachedTokens }: { promptTokens: number; cachedTokens: number }): void {
    this.#tokens = { ...this.#tokens, promptTokens, cachedTokens };
  }

  async #transition(event: LoopEvent, details: TransitionDetails = {}): Promise<void> {
    const deltas = await this.#deps.log.take();
    const record = await this.#deps.write(event, { ...details, deltas, logprobs: this.#logprobs, shown: this.#shown });
    if (record === undefined) throw new LoopLost();
    this.#record = record;
  }

  get #part(): OpenPart {
    const open = this.#record?.open ?? null;
    if (open === null) throw new Error('The turn has no open part.');
    return open;
  }

  get #usage(): TurnUsage {
    return { tokens: { ...this.#tokens }, startedAt: this.#startedAt };
  }

  /** The text of the open message or thought so far. */
  get #openText(): string | undefined {
    const type = this.#record?.open?.type;
    return type === 'thought' ? this.#thought : type === 'message' ? this.#text : undefined;
  }

  /** A thought between parts of the answer is no part. */
  async #addThought(text: string): Promise<void> {
    const { log, output, definition } = this.#deps;
    const open = this.#record?.open ?? null;
    if (definition.thoughts === 'discard' || (open !== null && open.type !== 'thought')) return;
    if (open === null) await this.#transition({ type: 'thought-started' });
    this.#thought += text;
    for (const event of output.onThought({ part: this.#part, text })) await log.push(event);
  }

  async #addText(text: string, logprobs: readonly TokenLogprob[] = []): Promise<void> {
    // Text between and after calls is part of the model's notation for calls.
    if ((text === '' && logprobs.length === 0) || this.#calls.length > 0) return;
    const { log, output, tools } = this.#deps;
    const isFirst = this.#record?.open?.type !== 'message';
    if (isFirst) await this.#transition({ type: 'text-started', text: this.#openText ?? '' });
    this.#text += text;
    this.#logprobs.push(...logprobs);
    const shown = isFirst && this.#followsCalls ? await this.#listShown() : [];
    const found = tools.mayEndCitation(text, this.#text) ? await this.#findCitations() : [];
    const citations = isFirst || found.length > 0 ? [...shown, ...found] : undefined;
    for (const event of output.onText({ part: this.#part, text, citations, logprobs })) await log.push(event);
  }

  async #listShown() {
    const { store, tools } = this.#deps;
    this.#shown = tools.listShown(await store.listServerCalls({ sinceMessage: true }));
    return this.#number(this.#shown.map(toShown));
  }

  /** Returns the citations since the last call. Each is published with the text that ends it. */
  async #findCitations(isWhole = false) {
    this.#serverCalls ??= this.#deps.store.listServerCalls();
    const search = { from: this.#cited.end, isWhole };
    const found = this.#deps.tools.findCitations(this.#text, await this.#serverCalls, search);
    this.#cited.end = found.at(-1)?.end ?? this.#cited.end;
    return this.#number(found);
  }

  #number(citations: readonly Citation[]) {
    return citations.map((citation) => ({ index: this.#cited.count++, ...citation }));
  }

  /** Publishes a citation that the end of the text ends. */
  async #endText(): Promise<void> {
    const { log, output, tools } = this.#deps;
    if (this.#record?.open?.type !== 'message' || !tools.mayEndCitation(this.#text, this.#text)) return;
    const citations = await this.#findCitations(true);
    if (citations.length === 0) return;
    for (const event of output.onText({ part: this.#part, text: '', citations })) await log.push(event);
  }

  async #addCall(name: string): Promise<void> {
    const { ids, log, output, tools } = this.#deps;
    const index = this.#calls.length;
    if (index === 0) await this.#transition({ type: 'calls-started', text: this.#openText ?? '' });
    const call: ModelCall = { id: ids('call_'), name, arguments: '', output: null };
    const own = tools.ownOf(name);
    if (own !== undefined) call.own = own;
    this.#calls.push(call);
    for (const event of output.onCall({ part: this.#part, index, call: { ...call } })) await log.push(event);
  }

  async #addArguments(index: number, text: string): Promise<void> {
    const call = this.#calls[index];
    if (call === undefined) return;
    call.arguments += text;
    const { log, output } = this.#deps;
    const delta = { part: this.#part, index, call: { ...call }, text };
    for (const event of output.onCallArguments(delta)) await log.push(event);
  }

  #finishWithheld(): Promise<void> {
    if (this.#deps.definition.withheld === 'cut') return this.#finish('withheld');
    throw errors.upstreamFailed('of the model', WITHHELD);
  }

  async #finish(cut: LoopCut | null): Promise<void> {
    await this.#endText();
    const calls = cut === null ? await this.#runCalls() : this.#calls;
    await this.#transition({ type: 'turn-ended', text: this.#openText ?? '', calls, cut }, { usage: this.#usage });
  }

  async #runCalls(): Promise<readonly ModelCall[]> {
    const { log, output, tools } = this.#deps;
    for (const [index, call] of this.#calls.entries()) {
      if (call.own === undefined) continue;
      for (const event of output.onCallRun({ part: this.#part, index, call: { ...call } })) await log.push(event);
    }
    if (this.#calls.some(tools.hasEffects)) await this.#transition({ type: 'calls-run', calls: this.#calls });
    return tools.runCalls(this.#calls);
  }
}

const RATE_LIMITED = 429;
const INTERNAL_ERROR = 500;

/** The event that ends a loop after an error. */
export function toEnding(error: unknown): LoopEvent & { type: 'fail' | 'budget-exhausted' } {
  if (error instanceof Exhausted) return { type: 'budget-exhausted', budget: error.budget };
  const message = error instanceof ApiError ? error.message : 'The server had an error while the model answered.';
  const status = error instanceof ApiError ? error.status : INTERNAL_ERROR;
  return { type: 'fail', error: { code: toCode(error, status), message } };
}

function toCode(error: unknown, status: number): LoopError['code'] {
  if (error instanceof ApiError && error.code === 'context_length_exceeded') return error.code;
  if (status === RATE_LIMITED) return 'rate_limit_exceeded';
  return status < INTERNAL_ERROR ? 'invalid_prompt' : 'server_error';
}

/**
 * One turn of a run: the events of the model become transitions, each in a transaction of its own, and deltas between
 * them.
 * Invariant: a transition is written after the deltas that precede it.
 */
import { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import { defined } from '../../lib/defined.ts';
import type { IdSource } from '../../lib/ids.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { RunCall, RunError, RunRecord } from '../../storage/repositories/runs.ts';
import type { GenerationEvent } from '../generate.ts';
import type { DeltaLog } from './delta-log.ts';
import type { TurnTokens } from './draft.ts';
import { Exhausted } from './fitted-generation.ts';
import type { LoopOutput } from './output.ts';
import type { ServerTools } from './server-tools.ts';
import type { LoopEvent } from './state-machine.ts';

/** The run has ended, or another attempt holds it: the rest of the turn is discarded. */
export class RunLost extends Error {
  override readonly name = 'RunLost';

  constructor() {
    super('The run went on without this turn.');
  }
}

export interface CountedTokens extends TurnTokens {
  cachedTokens: number;
}

export interface TransitionDetails {
  /** Deltas that precede the transition. */
  deltas?: readonly NewEvent[];
  /** Set when the turn has ended. */
  tokens?: CountedTokens;
}

/** Writes a transition. Returns undefined if the event cannot happen any more. */
export type WriteTransition = (event: LoopEvent, details?: TransitionDetails) => Promise<RunRecord | undefined>;

export interface TurnDeps {
  ids: IdSource;
  log: DeltaLog;
  output: LoopOutput;
  tools: ServerTools;
  /** Reads the calls of server tools in the steps of the run, in order. */
  listCalls: () => Promise<readonly RunCall[]>;
  write: WriteTransition;
}

const WITHHELD = 'its content filter withheld the rest of the answer.';

export class Turn {
  readonly #deps: TurnDeps;
  readonly #calls: RunCall[] = [];
  #text = '';
  readonly #cited = { count: 0, end: 0 };
  /** Read once: no tool runs while the model writes. */
  #serverCalls: ReturnType<TurnDeps['listCalls']> | undefined;
  #run: RunRecord | undefined;
  #open: RunRecord['open'] = null;
  #tokens: CountedTokens = { promptTokens: 0, completionTokens: 0, cachedTokens: 0 };

  constructor(deps: TurnDeps) {
    this.#deps = deps;
  }

  /** Returns the run after the turn. @throws RunLost, and every error of the model. */
  async play(events: AsyncIterable<GenerationEvent>): Promise<RunRecord | undefined> {
    for await (const event of events) await this.#handle(event);
    return this.#run;
  }

  /** Ends the run in the middle of the turn and keeps the text so far. */
  async end(event: { type: 'stopped' } | { type: 'fail'; error: RunError }): Promise<void> {
    const deltas = await this.#deps.log.take();
    const text = this.#open?.messageId ? this.#text : undefined;
    await this.#deps.write({ ...event, ...defined({ text }) }, { deltas, tokens: this.#tokens });
  }

  async #handle(event: GenerationEvent): Promise<void> {
    if (event.type !== 'start') this.#tokens.completionTokens = event.completionTokens;
    switch (event.type) {
      case 'start':
        this.#setCount(event);
        return;
      case 'text':
        return this.#addText(event.text);
      case 'tool-call':
        return this.#addCall(event.name);
      case 'tool-arguments':
        return this.#addArguments(event.index, event.text);
      case 'finish':
        if (event.count !== undefined) this.#setCount(event.count);
        // Runs have no status for an answer that was withheld in part.
        if (event.reason === 'content_filter') throw errors.upstreamFailed('of the model', WITHHELD);
        return this.#finish(event.reason === 'length');
    }
  }

  #setCount({ promptTokens, cachedTokens }: { promptTokens: number; cachedTokens: number }): void {
    this.#tokens = { ...this.#tokens, promptTokens, cachedTokens };
  }

  async #transition(event: LoopEvent, details: TransitionDetails = {}): Promise<void> {
    const deltas = await this.#deps.log.take();
    const run = await this.#deps.write(event, { ...details, deltas });
    if (run === undefined) throw new RunLost();
    this.#run = run;
    this.#open = run.open;
  }

  async #addText(text: string): Promise<void> {
    // Text between and after calls is part of the model's notation for calls.
    if (text === '' || this.#calls.length > 0) return;
    const { log, output, tools } = this.#deps;
    const isFirst = this.#text === '';
    if (isFirst) await this.#transition({ type: 'text-started' });
    this.#text += text;
    const found = tools.mayEndCitation(text) ? await this.#findCitations() : [];
    const citations = isFirst || found.length > 0 ? found : undefined;
    await log.push(output.onText({ messageId: this.#open?.messageId ?? '', text, citations }));
  }

  /** Returns the citations since the last call. Each is published with the text that ends it. */
  async #findCitations() {
    this.#serverCalls ??= this.#deps.listCalls();
    const found = this.#deps.tools.findCitations(this.#text, await this.#serverCalls, this.#cited.end);
    this.#cited.end = found.at(-1)?.end ?? this.#cited.end;
    return found.map((citation) => ({ index: this.#cited.count++, ...citation }));
  }

  async #addCall(name: string): Promise<void> {
    const { ids, log, output, tools } = this.#deps;
    const index = this.#calls.length;
    if (index === 0) await this.#transition({ type: 'calls-started', text: this.#text });
    const call: RunCall = { id: ids('call_'), name, arguments: '', output: null };
    if (tools.has(name)) call.own = { type: name, details: {} };
    this.#calls.push(call);
    await log.push(output.onCall({ stepId: this.#stepId, index, call: { ...call } }));
  }

  async #addArguments(index: number, text: string): Promise<void> {
    const call = this.#calls[index];
    if (call === undefined) return;
    call.arguments += text;
    if (call.own !== undefined) return;
    const { log, output } = this.#deps;
    await log.push(output.onCallArguments({ stepId: this.#stepId, index, text }));
  }

  get #stepId(): string {
    return this.#open?.stepId ?? '';
  }

  async #finish(isCut: boolean): Promise<void> {
    const cut = isCut ? ('max_completion_tokens' as const) : null;
    const calls = isCut ? this.#calls : await this.#deps.tools.runCalls(this.#calls);
    await this.#transition({ type: 'turn-ended', text: this.#text, calls, cut }, { tokens: this.#tokens });
  }
}

const RATE_LIMITED = 429;
const INTERNAL_ERROR = 500;

/** The event that ends a run after an error. */
export function toEnding(error: unknown): LoopEvent & { type: 'fail' | 'budget-exhausted' } {
  if (error instanceof Exhausted) return { type: 'budget-exhausted', budget: error.budget };
  const message = error instanceof ApiError ? error.message : 'The server had an error while it worked on the run.';
  const status = error instanceof ApiError ? error.status : INTERNAL_ERROR;
  const code =
    status === RATE_LIMITED ? 'rate_limit_exceeded' : status < INTERNAL_ERROR ? 'invalid_prompt' : 'server_error';
  return { type: 'fail', error: { code, message } };
}

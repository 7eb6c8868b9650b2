/**
 * One turn of a run: the model's events become transitions, each in a transaction of its own, and deltas between them. Invariant: a
 * transition is written after the deltas that came before it.
 */
import { ApiError } from '../../errors/api-error.ts';
import { errors } from '../../errors/catalogue.ts';
import type { GenerationEvent } from '../generate.ts';
import type { LoopCall, LoopError, LoopEvent } from './state-machine.ts';
import type { IdSource } from '../../lib/ids.ts';
import type { NewEvent } from '../../storage/repositories/events.ts';
import type { RunRecord } from '../../storage/repositories/runs.ts';
import type { TurnTokens } from './advance.ts';
import { findCitations, MARK_END } from '../../tools/file-search/citations.ts';
import { FILE_SEARCH } from '../../tools/file-search/definition.ts';
import { Exhausted } from './fitted-generation.ts';
import { callDelta, type RunLog, searchDelta, textDelta } from './delta-log.ts';

/** The run is over, or somebody else's: nothing that this turn makes is wanted. */
export class RunLost extends Error {
  override readonly name = 'RunLost';
}

export interface CountedTokens extends TurnTokens {
  cachedTokens: number;
}

export interface TransitionDetails {
  /** Deltas that came before it. */
  told?: readonly NewEvent[];
  /** There when the turn is over. */
  tokens?: CountedTokens;
}

export type WriteTransition = (event: LoopEvent, details?: TransitionDetails) => Promise<RunRecord | undefined>;

export interface TurnOptions {
  ids: IdSource;
  log: RunLog;
  /** Answers the calls of the server's own tools among those of a turn. */
  answerOwn: (calls: readonly LoopCall[]) => Promise<readonly LoopCall[]>;
  /** File ids of the results of each search of the run so far. */
  searches: () => Promise<readonly (readonly string[])[]>;
  /** Writes a transition; undefined where it cannot happen any more. */
  write: WriteTransition;
}

const WITHHELD = 'its content filter withheld the rest of the answer.';

export class Turn {
  readonly #options: TurnOptions;
  readonly #calls: LoopCall[] = [];
  #text = '';
  readonly #cited = { marks: 0, upTo: 0 };
  /** Read once: nothing is searched while a turn is written. */
  #searches: ReturnType<TurnOptions['searches']> | undefined;
  #run: RunRecord | undefined;
  #open: { stepId: string; messageId: string | null } | null = null;
  #tokens: CountedTokens = { promptTokens: 0, completionTokens: 0, cachedTokens: 0 };

  constructor(options: TurnOptions) {
    this.#options = options;
  }

  /** Answers the run as the turn leaves it. @throws RunLost, and whatever the model throws. */
  async play(events: AsyncIterable<GenerationEvent>): Promise<RunRecord | undefined> {
    for await (const event of events) await this.#take(event);
    return this.#run;
  }

  /** Ends the run with what there is of the turn. */
  async end(event: { type: 'stopped' } | { type: 'fail'; error: LoopError }): Promise<void> {
    const told = await this.#options.log.take();
    const said = this.#open?.messageId ? { text: this.#text } : {};
    await this.#options.write({ ...event, ...said }, { told, tokens: this.#tokens });
  }

  async #take(event: GenerationEvent): Promise<void> {
    if (event.type !== 'start') this.#tokens.completionTokens = event.completionTokens;
    switch (event.type) {
      case 'start':
        this.#count(event);
        return;
      case 'text':
        return this.#say(event.text);
      case 'tool-call':
        return this.#call(event.name);
      case 'tool-arguments':
        return this.#addArguments(event.index, event.text);
      case 'finish':
        if (event.count !== undefined) this.#count(event.count);
        // A run has no word for an answer that was withheld in part.
        if (event.reason === 'content_filter') throw errors.upstreamFailed('of the model', WITHHELD);
        return this.#finish(event.reason === 'length');
    }
  }

  #count({ promptTokens, cachedTokens }: { promptTokens: number; cachedTokens: number }): void {
    this.#tokens = { ...this.#tokens, promptTokens, cachedTokens };
  }

  async #transition(event: LoopEvent, details: TransitionDetails = {}): Promise<void> {
    const told = await this.#options.log.take();
    const run = await this.#options.write(event, { ...details, told });
    if (run === undefined) throw new RunLost('The run went on without this turn.');
    this.#run = run;
    this.#open = run.open;
  }

  async #say(text: string): Promise<void> {
    // What stands between and behind calls belongs to the way that the model writes them.
    if (text === '' || this.#calls.length > 0) return;
    const first = this.#text === '';
    if (first) await this.#transition({ type: 'text-begun' });
    this.#text += text;
    const annotations = text.includes(MARK_END) ? await this.#cite() : [];
    const told = first || annotations.length > 0 ? { value: text, annotations } : { value: text };
    await this.#options.log.push(textDelta(this.#open?.messageId ?? '', told));
  }

  /** The marks that have ended since the last ones: each goes out with the text that ends it. */
  async #cite() {
    this.#searches ??= this.#options.searches();
    const found = findCitations(this.#text, await this.#searches, this.#cited.upTo);
    this.#cited.upTo = found.at(-1)?.end_index ?? this.#cited.upTo;
    return found.map((citation) => ({ index: this.#cited.marks++, ...citation }));
  }

  async #call(name: string): Promise<void> {
    const index = this.#calls.length;
    if (index === 0) await this.#transition({ type: 'calls-begun', text: this.#text });
    const id = this.#options.ids('call_');
    if (name === FILE_SEARCH) {
      this.#calls.push({ id, name, arguments: '', output: null, own: { type: FILE_SEARCH, details: {} } });
      return this.#options.log.push(searchDelta(this.#stepId, { index, id }));
    }
    const call = { id, name, arguments: '', output: null };
    this.#calls.push(call);
    const begun = { name, arguments: '', output: null };
    await this.#options.log.push(callDelta(this.#stepId, { index, id: call.id, function: begun }));
  }

  async #addArguments(index: number, text: string): Promise<void> {
    const call = this.#calls[index];
    if (call === undefined) return;
    call.arguments += text;
    if (call.own !== undefined) return;
    await this.#options.log.push(callDelta(this.#stepId, { index, function: { arguments: text } }));
  }

  get #stepId(): string {
    return this.#open?.stepId ?? '';
  }

  async #finish(cut: boolean): Promise<void> {
    const budget = cut ? ('max_completion_tokens' as const) : null;
    const calls = cut ? this.#calls : await this.#options.answerOwn(this.#calls);
    const event: LoopEvent = { type: 'answered', text: this.#text, calls, cut: budget };
    await this.#transition(event, { tokens: this.#tokens });
  }
}

const RATE_LIMITED = 429;
const SERVER_FAULT = 500;

/** Why a run failed, or that it is out of budget, in the API's words. */
export function toEnding(error: unknown): LoopEvent & { type: 'fail' | 'exhausted' } {
  if (error instanceof Exhausted) return { type: 'exhausted', budget: error.budget };
  const message = error instanceof ApiError ? error.message : 'The server had an error while it worked on the run.';
  const status = error instanceof ApiError ? error.status : SERVER_FAULT;
  const code =
    status === RATE_LIMITED ? 'rate_limit_exceeded' : status < SERVER_FAULT ? 'invalid_prompt' : 'server_error';
  return { type: 'fail', error: { code, message } };
}

/** Executes a loop turn by turn, until it ends or waits for the client. */
import type { LanguageModel, LanguageModelMessage } from '../../engines/language-model.ts';
import { readAhead } from '../../lib/read-ahead.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { GenerationOptions } from '../generate.ts';
import { isRunningCalls } from './advance.ts';
import { type FittedTurn, generateFitted, type TurnSettings } from './fitted-generation.ts';
import type { LoopError } from './loop-state.ts';
import type { LoopRecord, LoopStore, TurnUsage } from './loop-store.ts';
import { Turn, type TurnDeps } from './turn.ts';

/** Events that the model may be ahead of the database: its slot is released while a transition is stored. */
const MAX_EVENTS_AHEAD = 256;
/** Turns after which the model may call no tool. */
const MAX_TOOL_TURNS = 8;

/** `requested`: as the request says. A required call is required in the first turn only. */
export type TurnChoice = 'requested' | 'auto' | 'none';

/** The turns so far: the calls of each, in order. */
type EarlierTurns = readonly (readonly ModelCall[])[];

/** A model that repeats its calls with the same arguments has to answer. */
export function toChoice(turns: EarlierTurns): TurnChoice {
  if (turns.length === 0) return 'requested';
  const [last, before] = [turns.at(-1), turns.at(-2)];
  return turns.length < MAX_TOOL_TURNS && !isEqual(last, before) ? 'auto' : 'none';
}

function isEqual(calls: readonly ModelCall[] = [], others: readonly ModelCall[] = []): boolean {
  return (
    calls.length === others.length &&
    calls.length > 0 &&
    calls.every(({ name, arguments: text }, index) => name === others[index]?.name && text === others[index].arguments)
  );
}

/** What was used in place of a turn. */
export interface Finished {
  usage: TurnUsage;
}

export interface ToolLoopDeps extends TurnDeps {
  store: Pick<LoopStore, 'history' | 'listServerCalls'>;
  /** @throws ApiError if the messages do not fit the settings. */
  toSettings(model: LanguageModel, messages: readonly LanguageModelMessage[], choice: TurnChoice): TurnSettings;
  /** Runs before each turn, and may change the history. Returns a value if the loop is complete without the turn. */
  prepareTurn?(turn: FittedTurn, options: GenerationOptions): Promise<Finished | undefined>;
}

export class ToolLoop {
  readonly #deps: ToolLoopDeps;
  #turn: Turn;

  constructor(deps: ToolLoopDeps) {
    this.#deps = deps;
    this.#turn = new Turn(deps);
  }

  /** @throws LoopLost, Exhausted, and every error of the model. */
  async play(started: LoopRecord, model: LanguageModel, options: GenerationOptions): Promise<void> {
    const { history } = this.#deps.store;
    let record = started;
    if (isRunningCalls(started)) {
      const after = await this.#endCalls(started);
      if (after?.status !== 'in_progress') return;
      record = after;
    }
    const turns: (readonly ModelCall[])[] = [];
    for (;;) {
      // A worker that was lost may have made calls.
      const followsCalls = record.calls.length > 0 || record.attempt > 1;
      this.#turn = new Turn(this.#deps, { followsCalls });
      const choice = toChoice(turns);
      const toSettings = (messages: readonly LanguageModelMessage[]) => this.#deps.toSettings(model, messages, choice);
      const turn = { record, model, history, toSettings };
      const finished = await this.#deps.prepareTurn?.(turn, options);
      if (finished !== undefined) {
        await this.#deps.write({ type: 'finished' }, finished);
        return;
      }
      const events = generateFitted(turn, options);
      const after = await this.#turn.play(readAhead(events, MAX_EVENTS_AHEAD));
      if (after?.status !== 'in_progress') return;
      record = after;
      turns.push(record.calls);
    }
  }

  /** The calls of a worker that was lost: those with effects are not run again. */
  async #endCalls({ calls }: LoopRecord): Promise<LoopRecord | undefined> {
    const { tools, write } = this.#deps;
    const ended = await tools.runCalls(calls.map(tools.interrupt));
    return write({ type: 'turn-ended', text: '', calls: ended, cut: null });
  }

  /** Ends the loop in the middle of a turn and keeps the text so far. */
  end(event: { type: 'stopped' } | { type: 'fail'; error: LoopError }): Promise<void> {
    return this.#turn.end(event);
  }
}

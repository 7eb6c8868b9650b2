/**
 * The state machine of a run: turns of a model, the tools that it calls, and the client that submits outputs. Pure.
 * `step(state, event)` returns the next state and the commands that carry it out; the caller applies both in one
 * transaction.
 * Invariants: a run that has ended never changes; at most one part is open, and none once the run has ended.
 */
import { defined } from '../../lib/defined.ts';
import type { RunBudget, RunCall, RunError, RunStatus } from '../../storage/repositories/runs.ts';

/** The part that the model is writing, or the calls that wait for their outputs. */
export type LoopPart = 'message' | 'calls';

export interface LoopState {
  status: RunStatus;
  open: LoopPart | null;
  /** The calls of the open part. */
  calls: readonly RunCall[];
}

export interface CallOutput {
  id: string;
  output: string;
}

/** `text` is the whole text of the open message so far; left out where it is not known. */
export type LoopEvent =
  /** A worker starts the run, or restarts it after another worker was lost. */
  | { type: 'start' }
  /** The model's first text. */
  | { type: 'text-started' }
  /** The model's first call. */
  | { type: 'calls-started'; text: string }
  /**
   * The model's turn has ended; `cut` names the budget that ended it early. The context limit counts as completion
   * tokens.
   */
  | { type: 'turn-ended'; text: string; calls: readonly RunCall[]; cut: RunBudget | null }
  /** No tokens are left for another turn. */
  | { type: 'budget-exhausted'; budget: RunBudget }
  /** The outputs of all calls of the client's functions. */
  | { type: 'outputs-submitted'; outputs: readonly CallOutput[] }
  /** `isExecuting`: a worker executes the run and has to stop first. */
  | { type: 'cancel'; isExecuting: boolean }
  /** The worker has stopped. */
  | { type: 'stopped'; text?: string }
  | { type: 'expire'; text?: string }
  | { type: 'fail'; error: RunError; text?: string };

export type PartEnd = 'completed' | 'cancelled' | 'failed' | 'expired';

/** Why a message is incomplete. */
export type MessageCut = 'max_tokens' | 'run_cancelled' | 'run_expired' | 'run_failed';

export type LoopCommand =
  /** `resumed`: a worker that was lost has opened the part before. */
  | { type: 'open-part'; part: LoopPart; resumed: boolean }
  /** `cut`: null where the message is complete. */
  | { type: 'close-part'; part: LoopPart; end: PartEnd; cut: MessageCut | null; text?: string; error?: RunError }
  | { type: 'set-status'; status: RunStatus; error?: RunError; budget?: RunBudget }
  /** Generate the next turn. */
  | { type: 'generate' }
  /** Enqueue a job that executes the run. */
  | { type: 'enqueue' };

export interface Step {
  state: LoopState;
  commands: readonly LoopCommand[];
}

const ACTIVE: ReadonlySet<RunStatus> = new Set(['queued', 'in_progress', 'waiting_for_outputs', 'cancelling']);

/** Whether the run has not ended. */
export function isActive(status: RunStatus): boolean {
  return ACTIVE.has(status);
}

/** Returns undefined if the event cannot happen in this state: it is late, or a duplicate. */
export function step(state: LoopState, event: LoopEvent): Step | undefined {
  if (!isActive(state.status)) return undefined;
  switch (event.type) {
    case 'start':
      return start(state);
    case 'text-started':
      return state.status === 'in_progress' ? openPart(state, 'message', '') : undefined;
    case 'calls-started':
      return state.status === 'in_progress' ? openPart(state, 'calls', event.text) : undefined;
    case 'turn-ended':
      return state.status === 'in_progress' ? endTurn(state, event) : undefined;
    case 'budget-exhausted':
      if (state.status !== 'in_progress') return undefined;
      return end(state, { status: 'incomplete', budget: event.budget, part: 'failed', cut: 'max_tokens' });
    case 'outputs-submitted':
      return state.status === 'waiting_for_outputs' ? takeOutputs(state, event.outputs) : undefined;
    case 'cancel':
      return cancel(state, event.isExecuting);
    case 'stopped':
      if (state.status !== 'cancelling') return undefined;
      return end(state, { status: 'cancelled', part: 'cancelled', cut: 'run_cancelled', text: event.text });
    case 'expire':
      // The client has asked for the cancellation before the run expired.
      if (state.status === 'cancelling') return step(state, { ...event, type: 'stopped' });
      return end(state, { status: 'expired', part: 'expired', cut: 'run_expired', text: event.text });
    case 'fail':
      if (state.status === 'cancelling') return step(state, { ...event, type: 'stopped' });
      return end(state, { status: 'failed', part: 'failed', cut: 'run_failed', error: event.error, text: event.text });
  }
}

function start(state: LoopState): Step | undefined {
  if (state.status === 'cancelling') return step(state, { type: 'stopped' });
  if (state.status === 'queued') {
    return {
      state: { ...state, status: 'in_progress' },
      commands: [{ type: 'set-status', status: 'in_progress' }, { type: 'generate' }],
    };
  }
  // A worker was lost during the model's turn, which is generated again.
  return state.status === 'in_progress' ? { state, commands: [{ type: 'generate' }] } : undefined;
}

/** @param text the whole text of the open message. */
function openPart(state: LoopState, part: LoopPart, text: string): Step {
  const resumed = state.open === part;
  const commands: LoopCommand[] = [];
  if (!resumed && state.open === 'message' && text !== '') commands.push(closed('message', { text }));
  // A lost worker opened a part that the model does not write this time.
  else if (!resumed && state.open !== null) {
    const cut = state.open === 'message' ? 'run_failed' : null;
    commands.push({ type: 'close-part', part: state.open, end: 'failed', cut, error: INTERRUPTED });
  }
  commands.push({ type: 'open-part', part, resumed });
  return { state: { ...state, open: part, calls: [] }, commands };
}

const INTERRUPTED: RunError = { code: 'server_error', message: 'The server was stopped while the model wrote this.' };

function closed(part: LoopPart, { text, cut = null }: { text?: string; cut?: MessageCut | null }): LoopCommand {
  return { type: 'close-part', part, end: 'completed', cut, ...defined({ text }) };
}

type TurnEnd = Extract<LoopEvent, { type: 'turn-ended' }>;

/** Whether the model generates another turn without the client: every call has its output. */
export function continues({ calls, cut }: Pick<TurnEnd, 'calls' | 'cut'>): boolean {
  return cut === null && calls.length > 0 && calls.every(({ output }) => output !== null);
}

function endTurn(state: LoopState, { text, calls, cut }: TurnEnd): Step {
  if (continues({ calls, cut })) {
    return {
      state: { status: 'in_progress', open: null, calls },
      commands: [closed('calls', {}), { type: 'generate' }],
    };
  }
  if (calls.length > 0 && cut === null) {
    const waiting = { status: 'waiting_for_outputs', open: 'calls', calls } as const;
    return { state: waiting, commands: [{ type: 'set-status', status: 'waiting_for_outputs' }] };
  }
  // A turn may have neither text nor calls: its message is empty.
  const opened = state.open === null ? openPart(state, 'message', '') : { state, commands: [] };
  const { commands, state: before } = opened;
  const part = before.open ?? 'message';
  const finished: Step =
    cut === null
      ? finish(before, [closed(part, { text }), { type: 'set-status', status: 'completed' }])
      : finish(before, [
          part === 'message'
            ? closed('message', { text, cut: 'max_tokens' })
            : { type: 'close-part', part, end: 'failed', cut: null, error: CUT_CALL },
          { type: 'set-status', status: 'incomplete', budget: cut },
        ]);
  return { state: finished.state, commands: [...commands, ...finished.commands] };
}

const CUT_CALL: RunError = { code: 'server_error', message: 'There was no room for the whole call.' };

function takeOutputs(state: LoopState, outputs: readonly CallOutput[]): Step {
  const calls = state.calls.map((call) => ({
    ...call,
    output: outputs.find(({ id }) => id === call.id)?.output ?? call.output,
  }));
  return {
    state: { status: 'queued', open: null, calls },
    commands: [closed('calls', {}), { type: 'set-status', status: 'queued' }, { type: 'enqueue' }],
  };
}

function cancel(state: LoopState, isExecuting: boolean): Step | undefined {
  if (state.status === 'cancelling') return undefined;
  const cancelling: LoopState = { ...state, status: 'cancelling' };
  const setCancelling: LoopCommand = { type: 'set-status', status: 'cancelling' };
  if (isExecuting) return { state: cancelling, commands: [setCancelling] };
  const stopped = end(cancelling, { status: 'cancelled', part: 'cancelled', cut: 'run_cancelled' });
  return { state: stopped.state, commands: [setCancelling, ...stopped.commands] };
}

interface Ending {
  status: RunStatus;
  /** How the open part ends, and why its message is incomplete. */
  part: PartEnd;
  cut: MessageCut;
  text?: string | undefined;
  error?: RunError;
  budget?: RunBudget;
}

function end(state: LoopState, { status, part, cut, text, error, budget }: Ending): Step {
  const setStatus: LoopCommand = { type: 'set-status', status, ...defined({ error, budget }) };
  if (state.open === null) return finish({ ...state, status }, [setStatus]);
  const close: LoopCommand = {
    type: 'close-part',
    part: state.open,
    end: part,
    cut: state.open === 'message' ? cut : null,
    ...defined({ text, error }),
  };
  return finish(state, [close, setStatus]);
}

/** Ends the run with the status that the last command sets. */
function finish(state: LoopState, commands: readonly LoopCommand[]): Step {
  const last = commands.at(-1);
  const status = last?.type === 'set-status' ? last.status : state.status;
  return { state: { status, open: null, calls: state.calls }, commands };
}

/**
 * The state machine of a loop: turns of a model, the tools that it calls, and the client that submits outputs. Pure.
 * `transition(state, event)` returns the next state and the commands that carry it out; the caller applies both in one
 * transaction.
 * Invariants: a loop that has ended never changes; at most one part is open, and none once the loop has ended.
 */
import { defined } from '../../lib/defined.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import {
  isActive,
  type LoopBudget,
  type LoopCut,
  type LoopError,
  type LoopPart,
  type LoopStatus,
  type MessageCut,
  type PartEnd,
} from './loop-state.ts';

export interface LoopState {
  status: LoopStatus;
  open: LoopPart | null;
  /** The calls of the open part. */
  calls: readonly ModelCall[];
}

export interface CallOutput {
  id: string;
  output: string;
}

/** `text` is the whole text of the open message or thought so far; left out where it is not known. */
export type LoopEvent =
  /** A worker starts the loop, or restarts it after another worker was lost. */
  | { type: 'start' }
  /** The model's first thought. */
  | { type: 'thought-started' }
  /** The model's first text. */
  | { type: 'text-started'; text?: string }
  /** The model's first call. */
  | { type: 'calls-started'; text: string }
  /** The model's turn has ended, and the server starts to run its calls, which may have effects. */
  | { type: 'calls-run'; calls: readonly ModelCall[] }
  /** The turn and its calls have ended; `cut`: why it ended early. */
  | { type: 'turn-ended'; text: string; calls: readonly ModelCall[]; cut: LoopCut | null }
  /** The loop is complete without another turn. */
  | { type: 'finished' }
  /** No tokens are left for another turn. */
  | { type: 'budget-exhausted'; budget: LoopBudget }
  /** The outputs of all calls of the client's functions. */
  | { type: 'outputs-submitted'; outputs: readonly CallOutput[] }
  /** `isExecuting`: a worker executes the loop and has to stop first. */
  | { type: 'cancel'; isExecuting: boolean }
  /** The worker has stopped. */
  | { type: 'stopped'; text?: string }
  | { type: 'expire'; text?: string }
  | { type: 'fail'; error: LoopError; text?: string };

export type LoopCommand =
  /** `resumed`: a worker that was lost has opened the part before. */
  | { type: 'open-part'; part: LoopPart; resumed: boolean }
  /** `cut`: null where the message is complete. */
  | { type: 'close-part'; part: LoopPart; end: PartEnd; cut: MessageCut | null; text?: string; error?: LoopError }
  | { type: 'set-status'; status: LoopStatus; error?: LoopError; cut?: LoopCut }
  /** Generate the next turn. */
  | { type: 'generate' }
  /** Enqueue a job that executes the loop. */
  | { type: 'enqueue' };

export interface Transition {
  state: LoopState;
  commands: readonly LoopCommand[];
}

export interface LoopRules {
  /** What calls of the client's functions do. */
  clientCalls: 'wait' | 'complete';
}

/** Returns undefined if the event cannot happen in this state: it is late, or a duplicate. */
export function transition(state: LoopState, event: LoopEvent, rules: LoopRules): Transition | undefined {
  if (!isActive(state.status)) return undefined;
  switch (event.type) {
    case 'start':
      return start(state, rules);
    case 'thought-started':
      return state.status === 'in_progress' ? openPart(state, 'thought', '') : undefined;
    case 'text-started':
      return state.status === 'in_progress' ? openPart(state, 'message', event.text ?? '') : undefined;
    case 'calls-started':
      return state.status === 'in_progress' ? openPart(state, 'calls', event.text) : undefined;
    case 'calls-run':
      if (state.status !== 'in_progress' || state.open !== 'calls') return undefined;
      return { state: { ...state, calls: event.calls }, commands: [] };
    case 'turn-ended':
      return state.status === 'in_progress' ? endTurn(state, event, rules) : undefined;
    case 'finished':
      if (state.status !== 'in_progress' || state.open !== null) return undefined;
      return finish(state, [{ type: 'set-status', status: 'completed' }]);
    case 'budget-exhausted':
      if (state.status !== 'in_progress') return undefined;
      return end(state, { status: 'incomplete', incomplete: event.budget, part: 'failed', cut: event.budget });
    case 'outputs-submitted':
      return state.status === 'waiting_for_outputs' ? takeOutputs(state, event.outputs) : undefined;
    case 'cancel':
      return cancel(state, event.isExecuting);
    case 'stopped':
      if (state.status !== 'cancelling') return undefined;
      return end(state, { status: 'cancelled', part: 'cancelled', cut: 'cancelled', text: event.text });
    case 'expire':
      // The client has asked for the cancellation before the loop expired.
      if (state.status === 'cancelling') return transition(state, { ...event, type: 'stopped' }, rules);
      return end(state, { status: 'expired', part: 'expired', cut: 'expired', text: event.text });
    case 'fail':
      if (state.status === 'cancelling') return transition(state, { ...event, type: 'stopped' }, rules);
      return end(state, { status: 'failed', part: 'failed', cut: 'failed', error: event.error, text: event.text });
  }
}

function start(state: LoopState, rules: LoopRules): Transition | undefined {
  if (state.status === 'cancelling') return transition(state, { type: 'stopped' }, rules);
  if (state.status === 'queued') {
    return {
      state: { ...state, status: 'in_progress' },
      commands: [{ type: 'set-status', status: 'in_progress' }, { type: 'generate' }],
    };
  }
  // A worker was lost: during the model's turn, which is generated again, or during its calls, which have ended.
  return state.status === 'in_progress' ? { state, commands: [{ type: 'generate' }] } : undefined;
}

/** @param text the whole text of the open message or thought. */
function openPart(state: LoopState, part: LoopPart, text: string): Transition {
  const resumed = state.open === part;
  const commands: LoopCommand[] = [];
  if (!resumed && state.open !== null && state.open !== 'calls' && text !== '') {
    commands.push(closed(state.open, { text }));
  }
  // A lost worker opened a part that the model does not write this time.
  else if (!resumed && state.open !== null) {
    const cut = state.open === 'calls' ? null : 'failed';
    commands.push({ type: 'close-part', part: state.open, end: 'failed', cut, error: INTERRUPTED });
  }
  commands.push({ type: 'open-part', part, resumed });
  return { state: { ...state, open: part, calls: [] }, commands };
}

const INTERRUPTED: LoopError = { code: 'server_error', message: 'The server was stopped while the model wrote this.' };

function closed(part: LoopPart, { text, cut = null }: { text?: string; cut?: MessageCut | null }): LoopCommand {
  return { type: 'close-part', part, end: 'completed', cut, ...defined({ text }) };
}

type TurnEnd = Extract<LoopEvent, { type: 'turn-ended' }>;

/** Whether the model generates another turn without the client: every call has its output. */
export function continues({ calls, cut }: Pick<TurnEnd, 'calls' | 'cut'>): boolean {
  return cut === null && calls.length > 0 && calls.every(({ output }) => output !== null);
}

function endTurn(state: LoopState, { text, calls, cut }: TurnEnd, rules: LoopRules): Transition {
  if (continues({ calls, cut })) {
    return {
      state: { status: 'in_progress', open: null, calls },
      commands: [closed('calls', {}), { type: 'generate' }],
    };
  }
  if (calls.length > 0 && cut === null) {
    if (rules.clientCalls === 'complete') {
      return finish({ ...state, calls }, [closed('calls', {}), { type: 'set-status', status: 'completed' }]);
    }
    const waiting = { status: 'waiting_for_outputs', open: 'calls', calls } as const;
    return { state: waiting, commands: [{ type: 'set-status', status: 'waiting_for_outputs' }] };
  }
  // A turn may have neither text nor calls: its message is empty.
  const opened = state.open === null ? openPart(state, 'message', '') : { state, commands: [] };
  const { commands, state: before } = opened;
  const part = before.open ?? 'message';
  const finished: Transition =
    cut === null
      ? finish(before, [closed(part, { text }), { type: 'set-status', status: 'completed' }])
      : finish(before, [
          part !== 'calls'
            ? closed(part, { text, cut })
            : { type: 'close-part', part, end: 'failed', cut: null, error: CUT_CALL },
          { type: 'set-status', status: 'incomplete', cut },
        ]);
  return { state: finished.state, commands: [...commands, ...finished.commands] };
}

const CUT_CALL: LoopError = { code: 'server_error', message: 'There was no room for the whole call.' };

function takeOutputs(state: LoopState, outputs: readonly CallOutput[]): Transition {
  const calls = state.calls.map((call) => ({
    ...call,
    output: outputs.find(({ id }) => id === call.id)?.output ?? call.output,
  }));
  return {
    state: { status: 'queued', open: null, calls },
    commands: [closed('calls', {}), { type: 'set-status', status: 'queued' }, { type: 'enqueue' }],
  };
}

function cancel(state: LoopState, isExecuting: boolean): Transition | undefined {
  if (state.status === 'cancelling') return undefined;
  const cancelling: LoopState = { ...state, status: 'cancelling' };
  const setCancelling: LoopCommand = { type: 'set-status', status: 'cancelling' };
  if (isExecuting) return { state: cancelling, commands: [setCancelling] };
  const stopped = end(cancelling, { status: 'cancelled', part: 'cancelled', cut: 'cancelled' });
  return { state: stopped.state, commands: [setCancelling, ...stopped.commands] };
}

interface Ending {
  status: LoopStatus;
  /** How the open part ends, and why its message is incomplete. */
  part: PartEnd;
  cut: MessageCut;
  text?: string | undefined;
  error?: LoopError;
  /** Why the loop is incomplete. */
  incomplete?: LoopCut;
}

function end(state: LoopState, { status, part, cut, text, error, incomplete }: Ending): Transition {
  const setStatus: LoopCommand = { type: 'set-status', status, ...defined({ error, cut: incomplete }) };
  if (state.open === null) return finish({ ...state, status }, [setStatus]);
  const close: LoopCommand = {
    type: 'close-part',
    part: state.open,
    end: part,
    cut: state.open === 'calls' ? null : cut,
    ...defined({ text, error }),
  };
  return finish(state, [close, setStatus]);
}

/** Ends the loop with the status that the last command sets. */
function finish(state: LoopState, commands: readonly LoopCommand[]): Transition {
  const last = commands.at(-1);
  const status = last?.type === 'set-status' ? last.status : state.status;
  return { state: { status, open: null, calls: state.calls }, commands };
}

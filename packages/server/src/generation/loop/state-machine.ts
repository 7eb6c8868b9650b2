/**
 * The tool loop: what follows what between a model, the tools that it calls and the caller who waits. Pure: `step(state, event)` answers
 * the next state and the commands that bring it about; whoever calls keeps both in one transaction, and does what is to be done outside.
 * Invariants: what is over never changes; at most one thing is open, and nothing is when it is over.
 */

export type LoopStatus =
  | 'queued'
  | 'in_progress'
  | 'requires_action'
  | 'cancelling'
  | 'cancelled'
  | 'failed'
  | 'completed'
  | 'incomplete'
  | 'expired';

/** What the model is writing, or wrote and waits to have answered. */
export type LoopPart = 'message' | 'calls';

export interface LoopCall {
  id: string;
  name: string;
  /** JSON text as the model wrote it. */
  arguments: string;
  /** Null until it is there. */
  output: string | null;
  /** How the API shows it, where it is no function of the caller but a tool of the server. */
  own?: { type: 'file_search' | 'code_interpreter'; details: Readonly<Record<string, unknown>> };
}

export interface LoopState {
  status: LoopStatus;
  open: LoopPart | null;
  /** The calls of the open part. */
  calls: readonly LoopCall[];
}

export interface LoopError {
  code: 'server_error' | 'rate_limit_exceeded' | 'invalid_prompt';
  message: string;
}

/** Which of the caller's budgets is used up. */
export type LoopBudget = 'max_completion_tokens' | 'max_prompt_tokens';

export interface CallOutput {
  id: string;
  output: string;
}

/** `text` is what the open message says by then; where nobody knows it is left out. */
export type LoopEvent =
  /** A worker takes it, for the first time or after another one was lost. */
  | { type: 'begun' }
  /** The model's first text. */
  | { type: 'text-begun' }
  /** The model's first call. */
  | { type: 'calls-begun'; text: string }
  /** The model's turn is over. `cut`: a budget or the context ended it in the middle. */
  | { type: 'answered'; text: string; calls: readonly LoopCall[]; cut: LoopBudget | null }
  /** There is no room for another turn. */
  | { type: 'exhausted'; budget: LoopBudget }
  /** The outputs of all calls. */
  | { type: 'outputs'; outputs: readonly CallOutput[] }
  /** `working`: a worker has it and lets go first. */
  | { type: 'cancel'; working: boolean }
  /** The worker has let go. */
  | { type: 'stopped'; text?: string }
  | { type: 'expire'; text?: string }
  | { type: 'fail'; error: LoopError; text?: string };

export type PartEnd = 'completed' | 'cancelled' | 'failed' | 'expired';

/** Why a message stays without its end: the API's words. */
export type MessageCut = 'max_tokens' | 'run_cancelled' | 'run_expired' | 'run_failed';

export type LoopCommand =
  /** `resumed`: its beginning was told before, by a worker that was lost. */
  | { type: 'open'; part: LoopPart; resumed: boolean }
  /** `cut`: null where the message is whole. */
  | { type: 'close'; part: LoopPart; end: PartEnd; cut: MessageCut | null; text?: string; error?: LoopError }
  | { type: 'become'; status: LoopStatus; error?: LoopError; budget?: LoopBudget }
  /** Let the model write its next turn. */
  | { type: 'generate' }
  /** Have a worker take it. */
  | { type: 'enqueue' };

export interface Stepped {
  state: LoopState;
  commands: readonly LoopCommand[];
}

const ACTIVE: ReadonlySet<LoopStatus> = new Set(['queued', 'in_progress', 'requires_action', 'cancelling']);

/** Whether more can come of it. */
export function isActive(status: LoopStatus): boolean {
  return ACTIVE.has(status);
}

/** Undefined where the event cannot happen in this state: it came too late, or twice. */
export function step(state: LoopState, event: LoopEvent): Stepped | undefined {
  if (!isActive(state.status)) return undefined;
  switch (event.type) {
    case 'begun':
      return begin(state);
    case 'text-begun':
      return state.status === 'in_progress' ? openPart(state, 'message', '') : undefined;
    case 'calls-begun':
      return state.status === 'in_progress' ? openPart(state, 'calls', event.text) : undefined;
    case 'answered':
      return state.status === 'in_progress' ? answer(state, event) : undefined;
    case 'exhausted':
      if (state.status !== 'in_progress') return undefined;
      return end(state, { status: 'incomplete', budget: event.budget, part: 'failed', cut: 'max_tokens' });
    case 'outputs':
      return state.status === 'requires_action' ? takeOutputs(state, event.outputs) : undefined;
    case 'cancel':
      return cancel(state, event.working);
    case 'stopped':
      if (state.status !== 'cancelling') return undefined;
      return end(state, { status: 'cancelled', part: 'cancelled', cut: 'run_cancelled', text: event.text });
    case 'expire':
      // Its caller wanted it cancelled, and has it so.
      if (state.status === 'cancelling') return step(state, { ...event, type: 'stopped' });
      return end(state, { status: 'expired', part: 'expired', cut: 'run_expired', text: event.text });
    case 'fail':
      if (state.status === 'cancelling') return step(state, { ...event, type: 'stopped' });
      return end(state, { status: 'failed', part: 'failed', cut: 'run_failed', error: event.error, text: event.text });
  }
}

function begin(state: LoopState): Stepped | undefined {
  if (state.status === 'cancelling') return step(state, { type: 'stopped' });
  if (state.status === 'queued') {
    return {
      state: { ...state, status: 'in_progress' },
      commands: [{ type: 'become', status: 'in_progress' }, { type: 'generate' }],
    };
  }
  // A worker was lost in the middle of the model's turn, which is begun again.
  return state.status === 'in_progress' ? { state, commands: [{ type: 'generate' }] } : undefined;
}

/** @param text what the message said that is open now. */
function openPart(state: LoopState, part: LoopPart, text: string): Stepped {
  const resumed = state.open === part;
  const commands: LoopCommand[] = [];
  if (!resumed && state.open === 'message' && text !== '') commands.push(closed('message', { text }));
  // What a lost worker had begun, and the model now does not.
  else if (!resumed && state.open !== null) {
    const cut = state.open === 'message' ? 'run_failed' : null;
    commands.push({ type: 'close', part: state.open, end: 'failed', cut, error: INTERRUPTED });
  }
  commands.push({ type: 'open', part, resumed });
  return { state: { ...state, open: part, calls: [] }, commands };
}

const INTERRUPTED: LoopError = { code: 'server_error', message: 'The server was stopped while the model wrote this.' };

function closed(part: LoopPart, { text, cut = null }: { text?: string; cut?: MessageCut | null }): LoopCommand {
  return { type: 'close', part, end: 'completed', cut, ...(text === undefined ? {} : { text }) };
}

type Answered = Extract<LoopEvent, { type: 'answered' }>;

/** Whether the model writes another turn at once: all that it called has answered. */
export function goesOn({ calls, cut }: Pick<Answered, 'calls' | 'cut'>): boolean {
  return cut === null && calls.length > 0 && calls.every(({ output }) => output !== null);
}

function answer(state: LoopState, { text, calls, cut }: Answered): Stepped {
  if (goesOn({ calls, cut })) {
    return {
      state: { status: 'in_progress', open: null, calls },
      commands: [closed('calls', {}), { type: 'generate' }],
    };
  }
  if (calls.length > 0 && cut === null) {
    const waiting = { status: 'requires_action', open: 'calls', calls } as const;
    return { state: waiting, commands: [{ type: 'become', status: 'requires_action' }] };
  }
  // A model may end its turn without a word.
  const opened = state.open === null ? openPart(state, 'message', '') : { state, commands: [] };
  const { commands, state: before } = opened;
  const part = before.open ?? 'message';
  const finished: Stepped =
    cut === null
      ? over(before, [closed(part, { text }), { type: 'become', status: 'completed' }])
      : over(before, [
          part === 'message'
            ? closed('message', { text, cut: 'max_tokens' })
            : { type: 'close', part, end: 'failed', cut: null, error: CUT },
          { type: 'become', status: 'incomplete', budget: cut },
        ]);
  return { state: finished.state, commands: [...commands, ...finished.commands] };
}

const CUT: LoopError = { code: 'server_error', message: 'There was no room for the whole call.' };

function takeOutputs(state: LoopState, outputs: readonly CallOutput[]): Stepped {
  const calls = state.calls.map((call) => ({
    ...call,
    output: outputs.find(({ id }) => id === call.id)?.output ?? call.output,
  }));
  return {
    state: { status: 'queued', open: null, calls },
    commands: [closed('calls', {}), { type: 'become', status: 'queued' }, { type: 'enqueue' }],
  };
}

function cancel(state: LoopState, working: boolean): Stepped | undefined {
  if (state.status === 'cancelling') return undefined;
  const cancelling: LoopState = { ...state, status: 'cancelling' };
  const told: LoopCommand = { type: 'become', status: 'cancelling' };
  if (working) return { state: cancelling, commands: [told] };
  const stopped = end(cancelling, { status: 'cancelled', part: 'cancelled', cut: 'run_cancelled' });
  return { state: stopped.state, commands: [told, ...stopped.commands] };
}

interface Ending {
  status: LoopStatus;
  /** How the open part ends, and why its message does. */
  part: PartEnd;
  cut: MessageCut;
  text?: string | undefined;
  error?: LoopError;
  budget?: LoopBudget;
}

function end(state: LoopState, { status, part, cut, text, error, budget }: Ending): Stepped {
  const more = { ...(error === undefined ? {} : { error }), ...(budget === undefined ? {} : { budget }) };
  const become: LoopCommand = { type: 'become', status, ...more };
  if (state.open === null) return over({ ...state, status }, [become]);
  const close: LoopCommand = {
    type: 'close',
    part: state.open,
    end: part,
    cut: state.open === 'message' ? cut : null,
    ...(text === undefined ? {} : { text }),
    ...(error === undefined ? {} : { error }),
  };
  return over(state, [close, become]);
}

/** The last command says what it has become. */
function over(state: LoopState, commands: readonly LoopCommand[]): Stepped {
  const last = commands.at(-1);
  const status = last?.type === 'become' ? last.status : state.status;
  return { state: { status, open: null, calls: state.calls }, commands };
}

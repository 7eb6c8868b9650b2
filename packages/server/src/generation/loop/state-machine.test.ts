import { expect, it } from 'vitest';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import type { LoopStatus } from './loop-state.ts';
import { type LoopEvent, type LoopRules, type LoopState, transition } from './state-machine.ts';

const QUEUED: LoopState = { status: 'queued', open: null, calls: [] };
const CALL: ModelCall = { id: 'call_1', name: 'add', arguments: '{}', output: null };
const WAIT: LoopRules = { clientCalls: 'wait' };
const ERROR = { code: 'server_error', message: 'broken' } as const;

/** Returns the state after the events, and all commands in short form. */
function follow(events: readonly LoopEvent[], from: LoopState = QUEUED, rules = WAIT) {
  let state = from;
  const trace: string[] = [];
  for (const event of events) {
    const next = transition(state, event, rules);
    if (next === undefined) throw new Error(`${event.type} cannot happen in ${state.status}`);
    state = next.state;
    for (const command of next.commands) {
      if (command.type === 'set-status') trace.push(command.status);
      else if (command.type === 'open-part') trace.push(`open ${command.part}${command.resumed ? ' again' : ''}`);
      else if (command.type === 'close-part')
        trace.push(`${command.part} ${command.end}${command.cut === null ? '' : ` (${command.cut})`}`);
      else trace.push(command.type);
    }
  }
  return { state, trace };
}

const start: LoopEvent = { type: 'start' };
const text: LoopEvent = { type: 'text-started' };
const answered = (more: Partial<Extract<LoopEvent, { type: 'turn-ended' }>> = {}): LoopEvent => ({
  type: 'turn-ended',
  text: 'hello',
  calls: [],
  cut: null,
  ...more,
});
const calling: LoopEvent[] = [start, { type: 'calls-started', text: '' }, answered({ text: '', calls: [CALL] })];

it('a loop completes after a message', () => {
  const { state, trace } = follow([start, text, answered()]);
  expect(trace).toEqual(['in_progress', 'generate', 'open message', 'message completed', 'completed']);
  expect(state).toEqual({ status: 'completed', open: null, calls: [] });
});

it('a loop keeps calls that run with effects, also when another worker restarts it', () => {
  const running: LoopEvent[] = [start, { type: 'calls-started', text: '' }, { type: 'calls-run', calls: [CALL] }];
  const { state } = follow([...running, start]);
  expect(state).toEqual({ status: 'in_progress', open: 'calls', calls: [CALL] });
  const done = { ...CALL, output: 'interrupted' };
  expect(follow([...running, start, answered({ text: '', calls: [done] })]).state).toEqual({
    status: 'in_progress',
    open: null,
    calls: [done],
  });
});

it('no calls run in a loop that has none, or that is being cancelled', () => {
  const run: LoopEvent = { type: 'calls-run', calls: [CALL] };
  expect(transition({ status: 'in_progress', open: 'message', calls: [] }, run, WAIT)).toBeUndefined();
  expect(transition({ status: 'cancelling', open: 'calls', calls: [] }, run, WAIT)).toBeUndefined();
});

it('a loop completes without a message when no turn is needed', () => {
  const { state, trace } = follow([start, { type: 'finished' }]);
  expect(trace).toEqual(['in_progress', 'generate', 'completed']);
  expect(state).toEqual({ status: 'completed', open: null, calls: [] });
});

it('a loop creates an empty message for a turn without text', () => {
  expect(follow([start, answered({ text: '' })]).trace).toEqual([
    'in_progress',
    'generate',
    'open message',
    'message completed',
    'completed',
  ]);
});

it('a loop waits for the outputs of calls, and continues with them', () => {
  const waiting = follow(calling);
  expect(waiting.trace).toEqual(['in_progress', 'generate', 'open calls', 'waiting_for_outputs']);
  expect(waiting.state).toEqual({ status: 'waiting_for_outputs', open: 'calls', calls: [CALL] });
  const { state, trace } = follow(
    [{ type: 'outputs-submitted', outputs: [{ id: 'call_1', output: '3' }] }],
    waiting.state,
  );
  expect(trace).toEqual(['calls completed', 'queued', 'enqueue']);
  expect(state).toEqual({ status: 'queued', open: null, calls: [{ ...CALL, output: '3' }] });
});

it('a loop closes the message before calls', () => {
  const events: LoopEvent[] = [start, text, { type: 'calls-started', text: 'let me see' }, answered({ calls: [CALL] })];
  expect(follow(events).trace.slice(2)).toEqual([
    'open message',
    'message completed',
    'open calls',
    'waiting_for_outputs',
  ]);
});

it('a loop resumes the message of a lost worker', () => {
  expect(follow([start, text, start, text, answered()]).trace.slice(2)).toEqual([
    'open message',
    'generate',
    'open message again',
    'message completed',
    'completed',
  ]);
});

it('a loop fails the part of a lost worker when the model writes another part', () => {
  expect(follow([start, text, start, { type: 'calls-started', text: '' }]).trace.slice(3)).toEqual([
    'generate',
    'message failed (failed)',
    'open calls',
  ]);
  expect(follow([start, { type: 'calls-started', text: '' }, start, text]).trace.slice(3)).toEqual([
    'generate',
    'calls failed',
    'open message',
  ]);
});

it('a loop generates another turn when every call has its output, and waits otherwise', () => {
  const own: ModelCall = { ...CALL, id: 'call_2', output: 'found', own: { type: 'file_search', details: {} } };
  const calls: LoopEvent = { type: 'calls-started', text: '' };
  const alone = follow([start, calls, answered({ calls: [own] })]);
  expect(alone.trace.slice(3)).toEqual(['calls completed', 'generate']);
  expect(alone.state).toEqual({ status: 'in_progress', open: null, calls: [own] });
  const beside = follow([start, calls, answered({ calls: [own, CALL] })]);
  expect(beside.trace.slice(3)).toEqual(['waiting_for_outputs']);
  const given = follow([{ type: 'outputs-submitted', outputs: [{ id: 'call_1', output: '3' }] }], beside.state);
  expect(given.state.calls.map(({ output }) => output)).toEqual(['found', '3']);
});

it('a loop is completed by calls of the client if it does not wait for their outputs', () => {
  const { state, trace } = follow(calling, QUEUED, { clientCalls: 'complete' });
  expect(trace.slice(2)).toEqual(['open calls', 'calls completed', 'completed']);
  expect(state).toEqual({ status: 'completed', open: null, calls: [CALL] });
});

it('a loop is incomplete when a filter withholds the rest of a message', () => {
  expect(follow([start, text, answered({ cut: 'withheld' })]).trace.slice(3)).toEqual([
    'message completed (withheld)',
    'incomplete',
  ]);
});

it('a loop is incomplete when a budget ends a message, cuts a call, or is exhausted before a turn', () => {
  expect(follow([start, text, answered({ cut: 'completion_tokens' })]).trace.slice(3)).toEqual([
    'message completed (completion_tokens)',
    'incomplete',
  ]);
  const cutCall = [start, calling[1] ?? start, answered({ calls: [CALL], cut: 'completion_tokens' })];
  expect(follow(cutCall).trace.slice(3)).toEqual(['calls failed', 'incomplete']);
  expect(follow([start, { type: 'budget-exhausted', budget: 'prompt_tokens' }]).trace.slice(2)).toEqual(['incomplete']);
});

it('a loop is cancelled immediately without a worker, and otherwise when the worker has stopped', () => {
  expect(follow([{ type: 'cancel', isExecuting: false }]).trace).toEqual(['cancelling', 'cancelled']);
  expect(follow([...calling, { type: 'cancel', isExecuting: false }]).trace.slice(4)).toEqual([
    'cancelling',
    'calls cancelled',
    'cancelled',
  ]);
  const events: LoopEvent[] = [start, text, { type: 'cancel', isExecuting: true }, { type: 'stopped', text: 'hel' }];
  expect(follow(events).trace.slice(3)).toEqual(['cancelling', 'message cancelled (cancelled)', 'cancelled']);
});

it('a loop ends as cancelled after a cancellation, regardless of later events', () => {
  const cancelling = follow([start, text, { type: 'cancel', isExecuting: true }]).state;
  for (const event of [start, { type: 'expire' }, { type: 'fail', error: ERROR }] as const) {
    expect(follow([event], cancelling).trace).toEqual(['message cancelled (cancelled)', 'cancelled']);
  }
  for (const event of [text, answered(), { type: 'cancel', isExecuting: true }] as const) {
    expect(transition(cancelling, event, WAIT)).toBeUndefined();
  }
});

it('a loop expires in every active state, and closes the open part', () => {
  expect(follow([{ type: 'expire' }]).trace).toEqual(['expired']);
  expect(follow([start, text, { type: 'expire' }]).trace.slice(3)).toEqual(['message expired (expired)', 'expired']);
  expect(follow([...calling, { type: 'expire' }]).trace.slice(4)).toEqual(['calls expired', 'expired']);
});

it('a loop fails, and closes the open part', () => {
  expect(follow([start, text, { type: 'fail', error: ERROR, text: 'hel' }]).trace.slice(3)).toEqual([
    'message failed (failed)',
    'failed',
  ]);
});

it('a loop refuses every event after its end', () => {
  const over: LoopStatus[] = ['completed', 'failed', 'cancelled', 'expired', 'incomplete'];
  const events: LoopEvent[] = [start, text, answered(), { type: 'cancel', isExecuting: false }, { type: 'expire' }];
  for (const status of over) {
    for (const event of events) expect(transition({ ...QUEUED, status }, event, WAIT)).toBeUndefined();
  }
});

it('a loop accepts outputs only while it waits for them', () => {
  for (const status of ['queued', 'in_progress', 'cancelling'] as const) {
    expect(transition({ ...QUEUED, status }, { type: 'outputs-submitted', outputs: [] }, WAIT)).toBeUndefined();
  }
});

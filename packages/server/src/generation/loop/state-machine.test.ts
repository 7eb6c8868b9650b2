import { expect, it } from 'vitest';
import type { RunCall, RunStatus } from '../../storage/repositories/runs.ts';
import { type LoopEvent, type LoopState, step } from './state-machine.ts';

const QUEUED: LoopState = { status: 'queued', open: null, calls: [] };
const CALL: RunCall = { id: 'call_1', name: 'add', arguments: '{}', output: null };
const ERROR = { code: 'server_error', message: 'broken' } as const;

/** The state after the events, and all commands in short. */
function follow(events: readonly LoopEvent[], from: LoopState = QUEUED) {
  let state = from;
  const told: string[] = [];
  for (const event of events) {
    const stepped = step(state, event);
    if (stepped === undefined) throw new Error(`${event.type} cannot happen in ${state.status}`);
    state = stepped.state;
    for (const command of stepped.commands) {
      if (command.type === 'set-status') told.push(command.status);
      else if (command.type === 'open-part') told.push(`open ${command.part}${command.resumed ? ' again' : ''}`);
      else if (command.type === 'close-part')
        told.push(`${command.part} ${command.end}${command.cut === null ? '' : ` (${command.cut})`}`);
      else told.push(command.type);
    }
  }
  return { state, told };
}

const begun: LoopEvent = { type: 'start' };
const text: LoopEvent = { type: 'text-started' };
const answered = (more: Partial<Extract<LoopEvent, { type: 'turn-ended' }>> = {}): LoopEvent => ({
  type: 'turn-ended',
  text: 'hello',
  calls: [],
  cut: null,
  ...more,
});
const calling: LoopEvent[] = [begun, { type: 'calls-started', text: '' }, answered({ text: '', calls: [CALL] })];

it('writes a message and is completed', () => {
  const { state, told } = follow([begun, text, answered()]);
  expect(told).toEqual(['in_progress', 'generate', 'open message', 'message completed', 'completed']);
  expect(state).toEqual({ status: 'completed', open: null, calls: [] });
});

it('writes an empty message when the model says nothing', () => {
  expect(follow([begun, answered({ text: '' })]).told).toEqual([
    'in_progress',
    'generate',
    'open message',
    'message completed',
    'completed',
  ]);
});

it('waits for the outputs of calls, and goes on with them', () => {
  const waiting = follow(calling);
  expect(waiting.told).toEqual(['in_progress', 'generate', 'open calls', 'waiting_for_outputs']);
  expect(waiting.state).toEqual({ status: 'waiting_for_outputs', open: 'calls', calls: [CALL] });
  const { state, told } = follow(
    [{ type: 'outputs-submitted', outputs: [{ id: 'call_1', output: '3' }] }],
    waiting.state,
  );
  expect(told).toEqual(['calls completed', 'queued', 'enqueue']);
  expect(state).toEqual({ status: 'queued', open: null, calls: [{ ...CALL, output: '3' }] });
});

it('closes the message that comes before calls', () => {
  const events: LoopEvent[] = [begun, text, { type: 'calls-started', text: 'let me see' }, answered({ calls: [CALL] })];
  expect(follow(events).told.slice(2)).toEqual([
    'open message',
    'message completed',
    'open calls',
    'waiting_for_outputs',
  ]);
});

it('begins the turn of a lost worker again, in the same message', () => {
  expect(follow([begun, text, begun, text, answered()]).told.slice(2)).toEqual([
    'open message',
    'generate',
    'open message again',
    'message completed',
    'completed',
  ]);
});

it('fails what a lost worker began when the model does something else now', () => {
  expect(follow([begun, text, begun, { type: 'calls-started', text: '' }]).told.slice(3)).toEqual([
    'generate',
    'message failed (run_failed)',
    'open calls',
  ]);
  expect(follow([begun, { type: 'calls-started', text: '' }, begun, text]).told.slice(3)).toEqual([
    'generate',
    'calls failed',
    'open message',
  ]);
});

it('goes on at once when all that was called has answered, and waits where something has not', () => {
  const own: RunCall = { ...CALL, id: 'call_2', output: 'found', own: { type: 'file_search', details: {} } };
  const calls: LoopEvent = { type: 'calls-started', text: '' };
  const alone = follow([begun, calls, answered({ calls: [own] })]);
  expect(alone.told.slice(3)).toEqual(['calls completed', 'generate']);
  expect(alone.state).toEqual({ status: 'in_progress', open: null, calls: [own] });
  const beside = follow([begun, calls, answered({ calls: [own, CALL] })]);
  expect(beside.told.slice(3)).toEqual(['waiting_for_outputs']);
  const given = follow([{ type: 'outputs-submitted', outputs: [{ id: 'call_1', output: '3' }] }], beside.state);
  expect(given.state.calls.map(({ output }) => output)).toEqual(['found', '3']);
});

it('is incomplete when a budget ends a message, cuts a call, or leaves no room for a turn', () => {
  expect(follow([begun, text, answered({ cut: 'max_completion_tokens' })]).told.slice(3)).toEqual([
    'message completed (max_tokens)',
    'incomplete',
  ]);
  const cutCall = [begun, calling[1] ?? begun, answered({ calls: [CALL], cut: 'max_completion_tokens' })];
  expect(follow(cutCall).told.slice(3)).toEqual(['calls failed', 'incomplete']);
  expect(follow([begun, { type: 'budget-exhausted', budget: 'max_prompt_tokens' }]).told.slice(2)).toEqual([
    'incomplete',
  ]);
});

it('is cancelled at once where nobody works on it, and after the worker let go where somebody does', () => {
  expect(follow([{ type: 'cancel', isExecuting: false }]).told).toEqual(['cancelling', 'cancelled']);
  expect(follow([...calling, { type: 'cancel', isExecuting: false }]).told.slice(4)).toEqual([
    'cancelling',
    'calls cancelled',
    'cancelled',
  ]);
  const events: LoopEvent[] = [begun, text, { type: 'cancel', isExecuting: true }, { type: 'stopped', text: 'hel' }];
  expect(follow(events).told.slice(3)).toEqual(['cancelling', 'message cancelled (run_cancelled)', 'cancelled']);
});

it('is cancelled, whatever else happens to it, once that was asked for', () => {
  const cancelling = follow([begun, text, { type: 'cancel', isExecuting: true }]).state;
  for (const event of [begun, { type: 'expire' }, { type: 'fail', error: ERROR }] as const) {
    expect(follow([event], cancelling).told).toEqual(['message cancelled (run_cancelled)', 'cancelled']);
  }
  for (const event of [text, answered(), { type: 'cancel', isExecuting: true }] as const) {
    expect(step(cancelling, event)).toBeUndefined();
  }
});

it('expires in every active state, with what is open', () => {
  expect(follow([{ type: 'expire' }]).told).toEqual(['expired']);
  expect(follow([begun, text, { type: 'expire' }]).told.slice(3)).toEqual(['message expired (run_expired)', 'expired']);
  expect(follow([...calling, { type: 'expire' }]).told.slice(4)).toEqual(['calls expired', 'expired']);
});

it('fails with what is open', () => {
  expect(follow([begun, text, { type: 'fail', error: ERROR, text: 'hel' }]).told.slice(3)).toEqual([
    'message failed (run_failed)',
    'failed',
  ]);
});

it('changes no more when it is over', () => {
  const over: RunStatus[] = ['completed', 'failed', 'cancelled', 'expired', 'incomplete'];
  const events: LoopEvent[] = [begun, text, answered(), { type: 'cancel', isExecuting: false }, { type: 'expire' }];
  for (const status of over) {
    for (const event of events) expect(step({ ...QUEUED, status }, event)).toBeUndefined();
  }
});

it('takes outputs only while it waits for them', () => {
  for (const status of ['queued', 'in_progress', 'cancelling'] as const) {
    expect(step({ ...QUEUED, status }, { type: 'outputs-submitted', outputs: [] })).toBeUndefined();
  }
});

/** Opening and closing what a run writes: a step, with its message where it makes one. */

import type { LoopCommand } from './state-machine.ts';
import type { MessageFields } from '../../storage/repositories/messages.ts';
import type { RunStepFields } from '../../storage/repositories/run-steps.ts';
import type { RunRecord } from '../../storage/repositories/runs.ts';
import { toMessage } from '../../resources/threads/messages/to-message.ts';
import type { Draft } from './advance.ts';
import { findCitations } from '../../tools/file-search/citations.ts';
import { listSearches } from '../../tools/file-search/execute.ts';
import { toRunStep } from '../../resources/threads/runs/steps/to-run-step.ts';
import { writtenSoFar } from './written-so-far.ts';

type Open = Extract<LoopCommand, { type: 'open' }>;
type Close = Extract<LoopCommand, { type: 'close' }>;

export async function openPart(draft: Draft, { part, resumed }: Open): Promise<void> {
  if (!resumed) await createPart(draft, part);
  const { run, inside, events } = draft;
  if (run.open === null) return;
  const step = await inside.runSteps.retrieve(run.id, run.open.stepId);
  if (step !== undefined) {
    const data = toRunStep(step);
    events.push({ type: 'thread.run.step.created', data }, { type: 'thread.run.step.in_progress', data });
  }
  const message = await openMessage(draft);
  if (message === undefined) return;
  const data = toMessage(message);
  // A message that is begun again is told again: whoever reads forgets what it said before.
  events.push({ type: 'thread.message.created', data }, { type: 'thread.message.in_progress', data });
}

function openMessage({ run, inside }: Draft) {
  const id = run.open?.messageId ?? null;
  return id === null ? undefined : inside.messages.retrieve(run.threadId, id);
}

async function createPart(draft: Draft, part: Open['part']): Promise<void> {
  const { run, inside, surroundings } = draft;
  const { ids, clock } = surroundings;
  const { id: runId, threadId, assistantId } = run;
  const [stepId, messageId] = [ids('step_'), part === 'message' ? ids('msg_') : null];
  const createdAt = clock.now();
  if (messageId !== null) {
    const message = { id: messageId, ...EMPTY_MESSAGE, assistantId, runId, createdAt };
    await inside.messages.create(threadId, [message]);
  }
  const type = part === 'message' ? ('message_creation' as const) : ('tool_calls' as const);
  await inside.runSteps.create({ id: stepId, threadId, runId, assistantId, type, messageId, ...NEW_STEP, createdAt });
  draft.run = { ...run, open: { stepId, messageId } };
}

const EMPTY_MESSAGE = {
  role: 'assistant',
  status: 'in_progress',
  incompleteReason: null,
  content: [],
  attachments: [],
  metadata: {},
  completedAt: null,
  incompleteAt: null,
} as const;

const NEW_STEP = {
  status: 'in_progress',
  calls: [],
  lastError: null,
  promptTokens: null,
  completionTokens: null,
  expiredAt: null,
  cancelledAt: null,
  failedAt: null,
  completedAt: null,
} as const;

export async function closePart(draft: Draft, command: Close): Promise<void> {
  const { run, inside, events } = draft;
  if (run.open === null) return;
  await closeMessage(draft, command);
  const step = await inside.runSteps.update(run.id, run.open.stepId, toStepFields(draft, command));
  if (step !== undefined) events.push({ type: `thread.run.step.${step.status}`, data: toRunStep(step) });
  draft.run = { ...draft.run, open: null };
}

async function closeMessage({ run, inside, events, surroundings }: Draft, close: Close): Promise<void> {
  const id = run.open?.messageId ?? null;
  if (id === null) return;
  const { cut, text = await writtenSoFar(inside.events, run.id, id) } = close;
  const annotations = findCitations(text, await listSearches(inside, run));
  const now = surroundings.clock.now();
  const fields: Partial<MessageFields> = {
    ...(cut === null
      ? { status: 'completed', completedAt: now }
      : { status: 'incomplete', incompleteAt: now, incompleteReason: cut }),
    content: text === '' && cut !== null ? [] : [{ type: 'text', text: { value: text, annotations } }],
  };
  const message = await inside.messages.update(run.threadId, id, fields);
  if (message !== undefined) events.push({ type: `thread.message.${message.status}`, data: toMessage(message) });
}

function toStepFields({ run, tokens, surroundings }: Draft, { part, end, error }: Close): Partial<RunStepFields> {
  const now = surroundings.clock.now();
  return {
    status: end,
    ...toTime(end, now),
    ...(part === 'calls' ? { calls: run.calls } : {}),
    ...(tokens === undefined ? {} : tokens),
    ...(error === undefined ? {} : { lastError: toStepError(error) }),
  };
}

function toTime(end: Close['end'], now: number): Partial<RunStepFields> {
  if (end === 'completed') return { completedAt: now };
  if (end === 'cancelled') return { cancelledAt: now };
  return end === 'expired' ? { expiredAt: now } : { failedAt: now };
}

/** A step knows fewer codes than a run. */
function toStepError({ code, message }: NonNullable<RunRecord['lastError']>): RunStepFields['lastError'] {
  return { code: code === 'invalid_prompt' ? 'server_error' : code, message };
}

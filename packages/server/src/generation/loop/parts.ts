/** Opens and closes the parts of a run: a step, with its message if the step creates one. */
import { defined } from '../../lib/defined.ts';
import type { MessageFields, MessageRecord } from '../../storage/repositories/messages.ts';
import type { RunStepFields } from '../../storage/repositories/run-steps.ts';
import type { RunError } from '../../storage/repositories/runs.ts';
import type { Draft } from './draft.ts';
import { readWrittenText } from './read-written-text.ts';
import { listServerCalls } from './server-tools.ts';
import type { LoopCommand } from './state-machine.ts';

type OpenPart = Extract<LoopCommand, { type: 'open-part' }>;
type ClosePart = Extract<LoopCommand, { type: 'close-part' }>;

export async function openPart(draft: Draft, { part, resumed }: OpenPart): Promise<void> {
  if (!resumed) await createPart(draft, part);
  const { run, tx, events, deps } = draft;
  if (run.open === null) return;
  const { stepId, messageId } = run.open;
  const step = await tx.runSteps.retrieve(run.id, stepId);
  const message = messageId === null ? undefined : await tx.messages.retrieve(run.threadId, messageId);
  events.push(...deps.output.onPartOpened({ step, message }));
}

async function createPart(draft: Draft, part: OpenPart['part']): Promise<void> {
  const { run, tx, deps } = draft;
  const { id: runId, threadId, assistantId } = run;
  const [stepId, messageId] = [deps.ids('step_'), part === 'message' ? deps.ids('msg_') : null];
  const createdAt = deps.clock.now();
  if (messageId !== null) {
    const message = { id: messageId, ...EMPTY_MESSAGE, assistantId, runId, createdAt };
    await tx.messages.create(threadId, [message]);
  }
  const type = part === 'message' ? ('message_creation' as const) : ('tool_calls' as const);
  await tx.runSteps.create({ id: stepId, threadId, runId, assistantId, type, messageId, ...NEW_STEP, createdAt });
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

export async function closePart(draft: Draft, command: ClosePart): Promise<void> {
  const { run, tx, events, deps } = draft;
  if (run.open === null) return;
  const message = await closeMessage(draft, command);
  const step = await tx.runSteps.update(run.id, run.open.stepId, toStepFields(draft, command));
  events.push(...deps.output.onPartClosed({ step, message }));
  draft.run = { ...draft.run, open: null };
}

async function closeMessage({ run, tx, deps }: Draft, command: ClosePart): Promise<MessageRecord | undefined> {
  const messageId = run.open?.messageId ?? null;
  if (messageId === null) return undefined;
  const { cut } = command;
  const { output, citations } = deps;
  const text = command.text ?? (await readWrittenText(tx.events, output, { runId: run.id, messageId }));
  const found = citations.mayEndCitation(text) ? citations.findCitations(text, await listServerCalls(tx, run)) : [];
  const now = deps.clock.now();
  const fields: Partial<MessageFields> = {
    ...(cut === null
      ? { status: 'completed', completedAt: now }
      : { status: 'incomplete', incompleteAt: now, incompleteReason: cut }),
    content: text === '' && cut !== null ? [] : output.toContent(text, found),
  };
  return tx.messages.update(run.threadId, messageId, fields);
}

function toStepFields({ run, tokens, deps }: Draft, { part, end, error }: ClosePart): Partial<RunStepFields> {
  return {
    status: end,
    ...toTime(end, deps.clock.now()),
    ...tokens,
    ...defined({
      calls: part === 'calls' ? run.calls : undefined,
      lastError: error === undefined ? undefined : toStepError(error),
    }),
  };
}

function toTime(end: ClosePart['end'], now: number): Partial<RunStepFields> {
  if (end === 'completed') return { completedAt: now };
  if (end === 'cancelled') return { cancelledAt: now };
  return end === 'expired' ? { expiredAt: now } : { failedAt: now };
}

/** Steps have fewer error codes than runs. */
function toStepError({ code, message }: RunError): RunStepFields['lastError'] {
  return { code: code === 'invalid_prompt' ? 'server_error' : code, message };
}

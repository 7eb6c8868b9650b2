/** The parts of a run: a step, with its message if the step creates one. */
import type { LoopError, MessageCut, PartEnd } from '../../../generation/loop/loop-state.ts';
import type { LoopTokens, LoopTransaction, PartClosing } from '../../../generation/loop/loop-store.ts';
import { defined } from '../../../lib/defined.ts';
import type { MessageFields, MessageRecord } from '../../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import type { RunStepFields } from '../../../storage/repositories/run-steps.ts';
import type { OpenStep, RunFields, RunRecord } from '../../../storage/repositories/runs.ts';
import type { Services } from '../../services.ts';
import { toClosedEvents, toMessageContent, toOpenedEvents } from './run-output.ts';
import { toOpenPart } from './to-loop-record.ts';

interface RunPartsDeps {
  tx: ProjectRepositories;
  services: Pick<Services, 'clock' | 'ids'>;
  run(): RunRecord;
  change(fields: Partial<RunFields>): void;
}

type RunParts = Pick<LoopTransaction, 'openPart' | 'describeOpened' | 'closePart' | 'storeCalls'>;

export function createRunParts(deps: RunPartsDeps): RunParts {
  const { tx, services, run, change } = deps;
  const openStep = (): OpenStep => {
    const { id, open } = run();
    if (open === null) throw new Error(`The run ${id} has no open step.`);
    return open;
  };
  return {
    async openPart(type) {
      const { id: runId, threadId, assistantId } = run();
      const isMessage = type === 'message';
      const open = { stepId: services.ids('step_'), messageId: isMessage ? services.ids('msg_') : null };
      const owner = { runId, assistantId, createdAt: services.clock.now() };
      if (open.messageId !== null) {
        await tx.messages.create(threadId, [{ id: open.messageId, ...EMPTY_MESSAGE, ...owner }]);
      }
      const kind = { type: isMessage ? ('message_creation' as const) : ('tool_calls' as const) };
      const { stepId: id, messageId } = open;
      await tx.runSteps.create({ id, threadId, messageId, ...kind, ...NEW_STEP, ...owner });
      change({ open });
      return toOpenPart(open);
    },
    async describeOpened() {
      const { id, threadId } = run();
      const { stepId, messageId } = openStep();
      const step = await tx.runSteps.retrieve(id, stepId);
      const message = messageId === null ? undefined : await tx.messages.retrieve(threadId, messageId);
      return toOpenedEvents({ step, message });
    },
    async closePart(closing) {
      const { stepId, messageId } = openStep();
      const now = services.clock.now();
      const message = messageId === null ? undefined : await closeMessage(deps, { messageId, closing, now });
      const step = await tx.runSteps.update(run().id, stepId, toStepFields(closing, now));
      change({ open: null });
      return toClosedEvents({ step, message });
    },
    async storeCalls(_part, calls, tokens) {
      await tx.runSteps.update(run().id, openStep().stepId, { calls, ...toTokens(tokens) });
    },
  };
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

const CUT_REASONS: Readonly<Record<MessageCut, string>> = {
  prompt_tokens: 'max_tokens',
  completion_tokens: 'max_tokens',
  withheld: 'content_filter',
  cancelled: 'run_cancelled',
  expired: 'run_expired',
  failed: 'run_failed',
};

interface MessageClosing {
  messageId: string;
  closing: PartClosing;
  now: number;
}

async function closeMessage(
  { tx, run }: RunPartsDeps,
  { messageId, closing, now }: MessageClosing,
): Promise<MessageRecord | undefined> {
  if (closing.type !== 'message') return undefined;
  const { text, citations, cut } = closing;
  const fields: Partial<MessageFields> = {
    ...(cut === null
      ? { status: 'completed', completedAt: now }
      : { status: 'incomplete', incompleteAt: now, incompleteReason: CUT_REASONS[cut] }),
    content: text === '' && cut !== null ? [] : toMessageContent(text, citations),
  };
  return tx.messages.update(run().threadId, messageId, fields);
}

function toStepFields(closing: PartClosing, now: number): Partial<RunStepFields> {
  const { end, error, tokens } = closing;
  return {
    status: end,
    ...toTime(end, now),
    ...toTokens(tokens),
    ...defined({
      calls: closing.type === 'calls' ? closing.calls : undefined,
      lastError: error === undefined ? undefined : toStepError(error),
    }),
  };
}

function toTokens(tokens: LoopTokens | undefined): Partial<RunStepFields> {
  if (tokens === undefined) return {};
  return { promptTokens: tokens.promptTokens, completionTokens: tokens.completionTokens };
}

function toTime(end: PartEnd, now: number): Partial<RunStepFields> {
  if (end === 'completed') return { completedAt: now };
  if (end === 'cancelled') return { cancelledAt: now };
  return end === 'expired' ? { expiredAt: now } : { failedAt: now };
}

/** Steps have fewer error codes than runs. */
function toStepError({ code, message }: LoopError): RunStepFields['lastError'] {
  return { code: code === 'rate_limit_exceeded' ? code : 'server_error', message };
}

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assembleContext } from '../../../generation/loop/assemble-context.ts';
import type { LoopDefinition } from '../../../generation/loop/loop-store.ts';
import { createManualClock } from '../../../lib/clock.ts';
import { createIdSource } from '../../../lib/ids.ts';
import type { NewMessage } from '../../../storage/repositories/messages.ts';
import type { ProjectRepositories } from '../../../storage/repositories/repositories.ts';
import { RUN, RUN_STEP } from '../../../storage/repositories/testing/records.ts';
import { openSqliteFixture, type SqliteFixture } from '../../../storage/sql/testing/sqlite-fixture.ts';
import { createRunHistory } from './run-history.ts';

const THREAD = 'thread_1';

let fixture: SqliteFixture;
let repositories: ProjectRepositories;
const clock = createManualClock(1_800_000_000_000);
const ids = createIdSource(clock);

beforeEach(async () => {
  fixture = await openSqliteFixture(clock, ids);
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  repositories = fixture.repositories.forProject(projectId);
  await repositories.threads.create({ id: THREAD, toolResources: {}, metadata: {}, createdAt: clock.now() });
});

afterEach(() => fixture.dispose());

const message = (role: 'user' | 'assistant', value: string, fields: Partial<NewMessage> = {}): NewMessage => ({
  id: ids('msg_'),
  role,
  status: 'completed',
  incompleteReason: null,
  content: value === '' ? [] : [{ type: 'text', text: { value, annotations: [] } }],
  attachments: [],
  metadata: {},
  assistantId: null,
  runId: null,
  createdAt: clock.now(),
  completedAt: null,
  incompleteAt: null,
  ...fields,
});

const definitionWith = (fields: Partial<LoopDefinition>) => ({
  instructions: '',
  window: { type: 'fitting' as const },
  ...fields,
});

async function addCalls(): Promise<void> {
  await repositories.runs.create({ ...RUN, id: 'run_1', threadId: THREAD, createdAt: 0, expiresAt: 0 });
  const call = { id: 'call_1', name: 'add', arguments: '{"a":1}', output: '3' };
  const step = { id: 'step_1', threadId: THREAD, runId: 'run_1', createdAt: 0, completedAt: 0 };
  await repositories.runSteps.create({ ...RUN_STEP, ...step, status: 'completed', calls: [call] });
}

describe('what a model is shown', () => {
  it('assembles the instructions, then messages and calls in their order, without messages in progress', async () => {
    await repositories.messages.create(THREAD, [message('user', 'add'), message('assistant', 'let me see')]);
    await addCalls();
    const writing = message('assistant', '', { status: 'in_progress' });
    await repositories.messages.create(THREAD, [message('assistant', 'it is 3'), message('user', 'thanks'), writing]);
    const { messages } = await assembleContext(
      createRunHistory(repositories, THREAD),
      definitionWith({ instructions: 'Be brief.' }),
      { tokens: 1000 },
    );
    expect(messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'add' },
      {
        role: 'assistant',
        content: 'let me see',
        toolCalls: [{ id: 'call_1', name: 'add', arguments: '{"a":1}' }],
      },
      { role: 'tool', content: '3', toolCallId: 'call_1' },
      { role: 'assistant', content: 'it is 3' },
      { role: 'user', content: 'thanks' },
    ]);
  });

  it('leaves out the middle of a thread of 10,000 messages, and reads few of them', async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => message(i % 2 === 0 ? 'user' : 'assistant', `number ${i}`));
    await repositories.messages.create(THREAD, many);
    let read = 0;
    const counting = {
      runSteps: repositories.runSteps,
      messages: {
        ...repositories.messages,
        async list(...page: Parameters<typeof repositories.messages.list>) {
          const listed = await repositories.messages.list(...page);
          read += listed.records.length;
          return listed;
        },
      },
    };
    const history = createRunHistory(counting, THREAD);
    const { messages, droppable } = await assembleContext(history, definitionWith({}), { tokens: 500 });
    expect(messages[0]?.content).toBe('number 0');
    expect(messages.at(-1)?.content).toBe('number 9999');
    expect(messages.length).toBeGreaterThan(50);
    expect(messages.slice(1).map(({ content }) => content)).toEqual(
      Array.from({ length: messages.length - 1 }, (_, i) => `number ${10_000 - messages.length + 1 + i}`),
    );
    expect(droppable).toBe(true);
    expect(read).toBeLessThan(200);
    const window = { type: 'last_messages', messages: 3 } as const;
    const few = await assembleContext(history, definitionWith({ window }), { tokens: 500 });
    expect(few.messages.map(({ content }) => content)).toEqual(['number 9997', 'number 9998', 'number 9999']);
  });
});

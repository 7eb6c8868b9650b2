import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assembleContext } from '../../generation/loop/assemble-context.ts';
import type { LoopDefinition } from '../../generation/loop/loop-store.ts';
import { createManualClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { createSealer } from '../../lib/sealer.ts';
import type { ProjectRepositories, Transactional } from '../../storage/repositories/repositories.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import { RESPONSE } from '../../storage/repositories/testing/records.ts';
import { openSqliteFixture, type SqliteFixture } from '../../storage/sql/testing/sqlite-fixture.ts';
import { createCompactions } from './compaction/compactions.ts';
import { createResponseHistory } from './response-history.ts';

const MANY = 10_000;
const COMPACTIONS = createCompactions({ sealer: createSealer('secret') }, 'proj_1');
const CONVERSATION = { id: 'resp_1', conversationId: 'conv_1', conversationSeq: MANY };

let fixture: SqliteFixture;
let repositories: Transactional<ProjectRepositories>;
/** Number of items that were read. */
let read: number;
const clock = createManualClock(1_800_000_000_000);
const ids = createIdSource(clock);

beforeEach(async () => {
  read = 0;
  fixture = await openSqliteFixture(clock, ids);
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  repositories = fixture.repositories.forProject(projectId);
});

afterEach(() => fixture.dispose());

function message(role: string, content: string): NewItem {
  const id = ids('msg_');
  return { id, data: { id, type: 'message', role, content } };
}

const numbered = (count: number) =>
  Array.from({ length: count }, (_, index) => message(index % 2 === 0 ? 'user' : 'assistant', `number ${index}`));

/** The repositories, which count the items that they return. */
function counting() {
  const { responseItems, conversationItems } = repositories;
  return {
    responseItems: {
      ...responseItems,
      async listHistory(...page: Parameters<typeof responseItems.listHistory>) {
        const found = await responseItems.listHistory(...page);
        read += found?.items.length ?? 0;
        return found;
      },
    },
    conversationItems: {
      ...conversationItems,
      async listBefore(...page: Parameters<typeof conversationItems.listBefore>) {
        const found = await conversationItems.listBefore(...page);
        read += found.length;
        return found;
      },
    },
  };
}

const definition = (type: 'fitting' | 'all') => ({ instructions: '', window: { type } as LoopDefinition['window'] });
const contentsOf = ({ messages }: { messages: readonly { content: unknown }[] }) =>
  messages.map(({ content }) => content);

describe('the history of a response in a conversation of 10,000 items', () => {
  beforeEach(async () => {
    await repositories.conversations.create({ id: 'conv_1', metadata: {}, createdAt: 0 }, numbered(MANY));
    await repositories.responses.create({ ...RESPONSE, ...CONVERSATION }, [message('user', 'newest')]);
  });

  it('is read as far as it fits, with its first message', async () => {
    const history = createResponseHistory(counting(), CONVERSATION, COMPACTIONS);
    const contents = contentsOf(await assembleContext(history, definition('fitting'), { tokens: 500 }));
    expect(contents[0]).toBe('number 0');
    expect(contents.slice(-3)).toEqual(['number 9998', 'number 9999', 'newest']);
    expect(contents.length).toBeGreaterThan(50);
    expect(read).toBeLessThan(200);
  });

  it('is refused without reading all of it if it must fit as a whole', async () => {
    const history = createResponseHistory(counting(), CONVERSATION, COMPACTIONS);
    const assembled = assembleContext(history, definition('all'), { tokens: 100 });
    await expect(assembled).rejects.toMatchObject({ status: 400, code: 'context_length_exceeded' });
    expect(read).toBeLessThan(400);
  });

  it('has the items that precede the response, not those that were appended later', async () => {
    await repositories.conversationItems.append('conv_1', [message('user', 'later')]);
    const history = createResponseHistory(counting(), { ...CONVERSATION, conversationSeq: 3 }, COMPACTIONS);
    const contents = contentsOf(await assembleContext(history, definition('all'), { tokens: 1000 }));
    expect(contents).toEqual(['number 0', 'number 1', 'number 2', 'newest']);
  });
});

it('reads the items of all responses that a response continues, whole if they must fit', async () => {
  let previousResponseId: string | null = null;
  for (let index = 0; index < 60; index += 1) {
    const id = ids('resp_');
    await repositories.responses.create({ ...RESPONSE, id, previousResponseId }, [
      message('user', `question ${index}`),
    ]);
    await repositories.responseItems.append(id, [message('assistant', `answer ${index}`)]);
    previousResponseId = id;
  }
  const subject = { id: previousResponseId ?? '', conversationId: null, conversationSeq: null };
  const contents = contentsOf(
    await assembleContext(createResponseHistory(counting(), subject, COMPACTIONS), definition('all'), {
      tokens: 100_000,
    }),
  );
  expect(contents).toEqual(Array.from({ length: 60 }, (_, index) => [`question ${index}`, `answer ${index}`]).flat());
});

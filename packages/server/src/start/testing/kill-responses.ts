/**
 * Kills servers and workers with SIGKILL at random times while they generate responses. After the last round every
 * response is completed, unless each of its attempts was killed; its output exists once, in the response and in its
 * conversation. The seed decides when
 * processes are killed; SELFSAME_TEST_SEED repeats a run.
 */
import { expect } from 'vitest';
import { systemClock } from '../../lib/clock.ts';
import { createIdSource } from '../../lib/ids.ts';
import { announceSeed, createRandom } from '../../lib/testing/random.ts';
import { MAX_LOOP_ATTEMPTS } from '../../resources/loops/execute-loop.ts';
import { startResponse } from '../../resources/responses/start-response.ts';
import type { NewItem } from '../../storage/repositories/response-items.ts';
import type { OpenStorage } from '../../storage/sql/testing/databases.ts';
import { killBoth, letTimePass, withInstallation, withServer } from './processes.ts';

const RESPONSES_PER_ROUND = 12;
const MAX_LIFE_MS = 900;
const MAX_DRAIN_MS = 120_000;
/** About 1.5 s of writing, so that most kills interrupt it. */
const WORDS = 150;

/** Returns how many responses were interrupted while they were generated. */
export async function killResponses(open: OpenStorage, rounds: number): Promise<number> {
  const random = createRandom(announceSeed('killed responses'));
  const ids = createIdSource(systemClock);
  const fixture = await open(systemClock, ids);
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  const scope = fixture.repositories.forProject(projectId);
  const made: { id: string; conversationId: string }[] = [];

  async function begin(): Promise<void> {
    const [id, conversationId, itemId] = [ids('resp_'), ids('conv_'), ids('msg_')];
    const content = `@script ${JSON.stringify({ tokens: WORDS, delayMs: 10 })}\nword`;
    const input: NewItem[] = [{ id: itemId, data: { id: itemId, type: 'message', role: 'user', content } }];
    const request = { id, model: 'scripted', request: {}, metadata: {}, conversationId, createdAt: systemClock.now() };
    const kind = { previousResponseId: null, background: true, stored: true, apiKeyId: null };
    await scope.conversations.create({ id: conversationId, metadata: {}, createdAt: systemClock.now() }, []);
    await scope.transaction((tx) => startResponse(tx, { ...request, ...kind }, input));
    made.push({ id, conversationId });
  }

  const statusOf = async (id: string) => (await scope.responses.retrieve(id))?.status;

  async function check({ id, conversationId }: { id: string; conversationId: string }): Promise<void> {
    await expect.poll(() => statusOf(id), { timeout: MAX_DRAIN_MS, interval: 50 }).toMatch(/^(completed|failed)$/);
    const response = await scope.responses.retrieve(id);
    if (response?.status === 'failed') {
      // Killed in each of its attempts, whose number is limited.
      expect(response.attempt).toBe(MAX_LOOP_ATTEMPTS);
      expect((await scope.events.list(id, { afterSeq: -1, limit: 1 }))?.ended).toBe(true);
      return;
    }
    const output = await scope.responseItems.listOutput(id);
    expect(output.map(({ data }) => data)).toMatchObject([
      { type: 'message', status: 'completed', content: [{ text: 'word'.repeat(WORDS) }] },
    ]);
    const { records } = await scope.conversationItems.list(conversationId, { limit: 10 });
    expect(records.map(({ data }) => data['role'])).toEqual(['user', 'assistant']);
    expect(records[1]?.id).toBe(output[0]?.id);
    const stream = await scope.events.list(id, { afterSeq: -1, limit: 1000 });
    expect(stream?.ended).toBe(true);
    expect(stream?.events.filter(({ type }) => type === 'response.completed')).toHaveLength(1);
    expect(stream?.events.map(({ seq }) => seq)).toEqual(stream?.events.map((_, index) => index));
    expect(foldTexts(stream?.events ?? [])).toEqual(output.map(({ data }) => toText(data)));
  }

  const work = async () => {
    for (let i = 0; i < RESPONSES_PER_ROUND; i += 1) await begin();
  };
  return withInstallation(fixture, async (installation) => {
    let cut = 0;
    // Continues until a kill has interrupted a response; otherwise the test would prove nothing.
    for (let round = 0; round < rounds || cut === 0; round += 1) {
      await killBoth(installation, { random, longestMs: MAX_LIFE_MS, work });
      const statuses = await Promise.all(made.map(({ id }) => statusOf(id)));
      cut += statuses.filter((status) => status === 'in_progress').length;
      await letTimePass(fixture);
    }
    await withServer(installation, async () => {
      for (const each of made) await check(each);
    });
    return cut;
  });
}

interface ItemEvent {
  output_index: number;
  item: Readonly<Record<string, unknown>>;
  delta: string;
}

const toText = ({ content }: Readonly<Record<string, unknown>>) => (content as { text: string }[])[0]?.text;

/** The texts of the completed messages, from the deltas alone, as a reader of the stream has them. */
function foldTexts(events: readonly { type: string; data: unknown }[]): string[] {
  const written = new Map<number, { text: string; isCompleted: boolean }>();
  for (const { type, data } of events) {
    const { output_index: index, item, delta } = data as ItemEvent;
    if (type === 'response.output_item.added') {
      expect(written.has(index)).toBe(false);
      written.set(index, { text: '', isCompleted: false });
    }
    const message = written.get(index);
    if (message === undefined) continue;
    if (type === 'response.output_text.delta') message.text += delta;
    if (type === 'response.output_item.done') {
      expect(toText(item)).toBe(message.text);
      message.isCompleted = item['status'] === 'completed';
    }
  }
  return [...written.values()].filter(({ isCompleted }) => isCompleted).map(({ text }) => text);
}

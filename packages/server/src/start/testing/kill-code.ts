/**
 * Kills servers and workers with SIGKILL at random times while they execute code of responses. After the last round
 * every response is completed, unless each of its attempts was killed; no code was executed twice: a call that was
 * interrupted is reported as such. The seed decides when processes are killed; SELFSAME_TEST_SEED repeats a run.
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

const RESPONSES_PER_ROUND = 4;
const MAX_LIFE_MS = 1200;
const MAX_DRAIN_MS = 120_000;
const CODE = 'import time\ntime.sleep(0.7)\nopen("/mnt/data/once.txt", "a").write("x")\nprint("done")';
const TOOLS = [{ type: 'code_interpreter', container: { type: 'auto' } }];

/** Numbers of calls that ended and that were interrupted. */
export interface KilledCode {
  ended: number;
  interrupted: number;
}

export async function killCode(open: OpenStorage, rounds: number): Promise<KilledCode> {
  const random = createRandom(announceSeed('killed code'));
  const ids = createIdSource(systemClock);
  const fixture = await open(systemClock, ids);
  const { projectId } = await fixture.repositories.system().installation.retrieve();
  const scope = fixture.repositories.forProject(projectId);
  const made: string[] = [];
  const counts: KilledCode = { ended: 0, interrupted: 0 };

  async function begin(): Promise<void> {
    const [id, itemId] = [ids('resp_'), ids('msg_')];
    const call = { name: 'code_interpreter', arguments: { code: CODE } };
    const content = `@script ${JSON.stringify({ calls: [call] })}\nrun`;
    const input: NewItem[] = [{ id: itemId, data: { id: itemId, type: 'message', role: 'user', content } }];
    const request = { id, model: 'scripted', request: { tools: TOOLS }, metadata: {}, createdAt: systemClock.now() };
    const kind = { previousResponseId: null, conversationId: null, background: true, stored: true, apiKeyId: null };
    await scope.transaction((tx) => startResponse(tx, { ...request, ...kind }, input));
    made.push(id);
  }

  const statusOf = async (id: string) => (await scope.responses.retrieve(id))?.status;

  async function check(id: string): Promise<void> {
    await expect.poll(() => statusOf(id), { timeout: MAX_DRAIN_MS, interval: 50 }).toMatch(/^(completed|failed)$/);
    const response = await scope.responses.retrieve(id);
    const output = await scope.responseItems.listOutput(id);
    const calls = output.filter(({ data }) => data['type'] === 'code_interpreter_call');
    if (response?.status === 'failed') {
      // Killed in each of its attempts, whose number is limited.
      expect(response.attempt).toBe(MAX_LOOP_ATTEMPTS);
      expect(calls.length).toBeLessThan(2);
      return;
    }
    expect(output.map(({ data }) => data['type'])).toEqual(['code_interpreter_call', 'message']);
    const [call] = calls;
    const containerId = String(call?.data['container_id']);
    const { records } = await scope.containers.listFiles(containerId, { limit: 10 });
    if (call?.data['status'] === 'failed') {
      counts.interrupted += 1;
      expect(call.call?.output).toContain('was not run again');
      return;
    }
    counts.ended += 1;
    expect(call?.data).toMatchObject({ status: 'completed', outputs: [{ type: 'logs', logs: 'done\n' }] });
    expect(records.map(({ path, bytes }) => [path, bytes])).toEqual([['/mnt/data/once.txt', 1]]);
  }

  const work = async () => {
    for (let i = 0; i < RESPONSES_PER_ROUND; i += 1) await begin();
  };
  return withInstallation(fixture, async (installation) => {
    for (let round = 0; round < rounds; round += 1) {
      await killBoth(installation, { random, longestMs: MAX_LIFE_MS, work });
      await letTimePass(fixture);
    }
    await withServer(installation, async () => {
      for (const id of made) await check(id);
    });
    return counts;
  });
}

import { audio, buildOpenApiDocument, operations } from '@selfsame/contract';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../lib/clock.ts';
import { createIdSource } from '../lib/ids.ts';
import { ReceivedFile } from '../lib/received-file.ts';
import { openSqliteFixture, type SqliteFixture } from '../storage/sql/testing/sqlite-fixture.ts';
import { loopbackPrincipal } from '../tenancy/principal.ts';
import { createUsageMeter } from '../tenancy/usage.ts';
import type { Context } from './context.ts';
import type { Caller } from './invocation.ts';
import { createInvoke } from './invoke.ts';
import { NO_REQUEST_LIMITS } from './request-limits.ts';
import { createValidator } from './validator.ts';

describe('the usage event of an invocation', () => {
  const ids = createIdSource(systemClock);
  const list = operations.find(({ id }) => id === 'models.list');
  let fixture: SqliteFixture;
  let caller: Caller;
  const scope = () => fixture.repositories.forProject(caller.principal.projectId);
  const written = async () => (await scope().usageEvents.list({ limit: 10 })).records;

  beforeEach(async () => {
    fixture = await openSqliteFixture(systemClock, ids);
    const principal = await loopbackPrincipal(fixture.repositories);
    caller = { requestId: 'req_1', principal, signal: new AbortController().signal, priority: 'online' };
  });
  afterEach(() => fixture.dispose());

  /** Runs one operation that creates a record in a transaction; returns a function that flushes the grouped events. */
  function invoking(make: (context: Context) => Promise<unknown>) {
    if (list === undefined) throw new Error('unreachable');
    const usage = createUsageMeter(fixture.repositories, { clock: systemClock, ids });
    const invoke = createInvoke({
      handlers: [
        {
          operation: list,
          async run(_input, context) {
            await make(context);
            return { object: 'list', data: [] };
          },
        },
      ],
      limits: NO_REQUEST_LIMITS,
      ids,
      validator: createValidator(buildOpenApiDocument({ version: '1', serverUrl: '/v1' })),
      usage,
      clock: systemClock,
      observe: () => ({ firstEvent: () => undefined, end: () => undefined }),
      checkResponses: false,
    });
    return { run: () => invoke('models.list', { params: {}, query: {}, body: undefined }, caller), usage };
  }

  it('stores one usage event in the transaction of the record before the response', async () => {
    const { run, usage } = invoking((context) =>
      scope().transaction(async (tx) => {
        context.meter({ modelId: 'm', inputTokens: 3, outputTokens: 4, cachedInputTokens: 0 });
        await context.meterWith(tx);
      }),
    );
    await run();
    const before = await written();
    expect(before).toMatchObject([{ operationId: 'models.list', modelId: 'm', inputTokens: 3, status: 200 }]);
    await usage.flush();
    expect(await written()).toEqual(before);
  });

  it('stores a usage event with the status of an operation whose transaction was rolled back', async () => {
    const { run, usage } = invoking((context) =>
      scope().transaction(async (tx) => {
        await context.meterWith(tx);
        throw new Error('no');
      }),
    );
    await expect(run()).rejects.toThrow('no');
    expect(await written()).toEqual([]);
    await usage.flush();
    expect(await written()).toMatchObject([{ operationId: 'models.list', status: 500 }]);
  });
});

describe('a response that is text', () => {
  const ids = createIdSource(systemClock);
  const { create } = audio.transcriptions;

  /** Invokes the operation with a handler that returns `answer`. */
  async function outcomeOf(answer: unknown) {
    const fixture = await openSqliteFixture(systemClock, ids);
    const { repositories } = fixture;
    const invoke = createInvoke({
      handlers: [{ operation: create, run: async () => answer }],
      limits: NO_REQUEST_LIMITS,
      ids,
      validator: createValidator(buildOpenApiDocument({ version: '1', serverUrl: '/v1', operations: [create] })),
      usage: createUsageMeter(repositories, { clock: systemClock, ids }),
      clock: systemClock,
      observe: () => ({ firstEvent: () => undefined, end: () => undefined }),
      checkResponses: true,
    });
    const principal = await loopbackPrincipal(repositories);
    const file = new ReceivedFile({ key: 'k', bytes: 1, sha256: '00', filename: 'a.wav', contentType: 'audio/wav' });
    const input = { params: {}, query: {}, body: { file, model: 'whisper-1', response_format: 'srt' } };
    const caller = { requestId: 'req_1', principal, signal: new AbortController().signal, priority: 'online' } as const;
    try {
      return await invoke(create.id, input, caller);
    } finally {
      await fixture.dispose();
    }
  }

  it('returns a string of an operation with plain text as text', async () => {
    expect(await outcomeOf('1\nHi')).toEqual({ kind: 'text', text: '1\nHi' });
  });

  it('checks an object of an operation with plain text against its schema', async () => {
    expect(await outcomeOf({ text: 'Hi' })).toEqual({ kind: 'object', value: { text: 'Hi' } });
    await expect(outcomeOf({ txet: 'Hi' })).rejects.toThrow(/CreateTranscriptionResponse/);
  });
});

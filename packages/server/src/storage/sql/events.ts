/**
 * The event log in SQL. Invariant: the row of the stream is written before its events and blocks other writers until
 * the commit, so numbers have no gaps.
 */
import { sql } from 'kysely';
import {
  type EventRepository,
  type NewEvent,
  StreamEnded,
  type SystemEventRepository,
  streamTopic,
} from '../repositories/events.ts';
import type { DialectFacts, SqlDatabase, Writer } from './sql-database.ts';

/** 6 bound parameters per row, far below the limit of every database. */
const ROWS_PER_STATEMENT = 100;

interface Stream {
  projectId: string;
  streamId: string;
  facts: DialectFacts;
}

/** Reserves `count` numbers and returns the one after the last. Undefined when the stream has ended. */
async function advance(stream: Stream, writer: Writer, count: number, end: boolean): Promise<number | undefined> {
  const { projectId, streamId, facts } = stream;
  const times = { touched_at: facts.nowMs, ended_at: end ? facts.nowMs : null };
  const row = await writer
    .insertInto('event_streams')
    .values({ project_id: projectId, id: streamId, next_seq: count, ...times })
    .onConflict((conflict) =>
      conflict
        .columns(['project_id', 'id'])
        .doUpdateSet({ next_seq: sql<number>`event_streams.next_seq + ${count}`, ...times })
        .where('event_streams.ended_at', 'is', null),
    )
    .returning('next_seq as next')
    .executeTakeFirst();
  return row?.next;
}

async function insert(stream: Stream, writer: Writer, first: number, events: readonly NewEvent[]): Promise<void> {
  const { projectId, streamId, facts } = stream;
  const rows = events.map(({ type, data }, index) => ({
    project_id: projectId,
    stream_id: streamId,
    seq: first + index,
    type,
    data: JSON.stringify(data ?? null),
    created_at: facts.nowMs,
  }));
  for (let start = 0; start < rows.length; start += ROWS_PER_STATEMENT) {
    await writer
      .insertInto('events')
      .values(rows.slice(start, start + ROWS_PER_STATEMENT))
      .execute();
  }
}

export function eventRepository({ reader, write, facts }: SqlDatabase, projectId: string): EventRepository {
  return {
    append: (streamId, events, { end = false } = {}) =>
      write(async (writer, signal) => {
        const stream = { projectId, streamId, facts };
        const next = await advance(stream, writer, events.length, end);
        if (next === undefined) throw new StreamEnded(`The stream ${streamId} has ended.`);
        await insert(stream, writer, next - events.length, events);
        signal(streamTopic(projectId, streamId));
        return next - events.length;
      }),

    async list(streamId, { afterSeq, limit }) {
      // Read first: if it says that the stream has ended, the events read below are complete.
      const stream = await reader
        .selectFrom('event_streams')
        .select('ended_at as endedAt')
        .where('project_id', '=', projectId)
        .where('id', '=', streamId)
        .executeTakeFirst();
      if (stream === undefined) return undefined;
      const rows = await reader
        .selectFrom('events')
        .select(['seq', 'type', 'data', 'created_at as createdAt'])
        .where('project_id', '=', projectId)
        .where('stream_id', '=', streamId)
        .where('seq', '>', afterSeq)
        .orderBy('seq')
        .limit(limit)
        .execute();
      const events = rows.map((row) => ({ ...row, data: JSON.parse(row.data) as unknown }));
      return { events, ended: stream.endedAt !== null };
    },

    async delete(streamId) {
      await write(async (writer, signal) => {
        const streams = writer.deleteFrom('event_streams').where('project_id', '=', projectId);
        await streams.where('id', '=', streamId).execute();
        signal(streamTopic(projectId, streamId));
      });
    },
  };
}

export function systemEventRepository({ reader, write, facts }: SqlDatabase): SystemEventRepository {
  const before = (ageMs: number) => sql<number>`${facts.nowMs} - ${ageMs}`;
  return {
    async sweep({ endedMs, idleMs, limit }) {
      const old = await reader
        .selectFrom('event_streams')
        .select(['project_id as projectId', 'id'])
        .where('touched_at', '<', before(Math.min(endedMs, idleMs)))
        .where(({ or, eb }) => or([eb('ended_at', '<', before(endedMs)), eb('touched_at', '<', before(idleMs))]))
        .orderBy('touched_at')
        .limit(limit)
        .execute();
      for (const { projectId, id } of old) {
        // One transaction per stream, because a long stream has many events and must not block other writers. The
        // events are deleted by cascade.
        await write((writer) =>
          writer.deleteFrom('event_streams').where('project_id', '=', projectId).where('id', '=', id).execute(),
        );
      }
      return old.length;
    },
  };
}

/** All events of a stream so far, read one page at a time. */
import type { EventRecord, EventRepository } from '../../storage/repositories/events.ts';

const PAGE = 200;

export async function* readEvents(events: EventRepository, streamId: string): AsyncGenerator<EventRecord> {
  for (let afterSeq = -1; ; ) {
    const page = (await events.list(streamId, { afterSeq, limit: PAGE }))?.events ?? [];
    yield* page;
    if (page.length < PAGE) return;
    afterSeq = page.at(-1)?.seq ?? afterSeq;
  }
}

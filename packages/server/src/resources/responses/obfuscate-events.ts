/** Pads the deltas of a streamed response (`stream_options.include_obfuscation`). */
import type { ResponseStreamEvent } from '@selfsame/contract';
import { padding } from '../obfuscation.ts';

export async function* obfuscatedEvents(
  events: AsyncIterable<ResponseStreamEvent>,
): AsyncGenerator<ResponseStreamEvent & { obfuscation?: string }> {
  for await (const event of events) {
    yield 'delta' in event ? { ...event, obfuscation: padding(Buffer.byteLength(JSON.stringify(event.delta))) } : event;
  }
}

/** The unanswered requests of a batch in order, read from its input in pieces. Memory holds one piece at a time. */
import type { BatchLine, BatchRepository } from '../../storage/repositories/batches.ts';
import type { OpenInput } from './open-input.ts';

const LINES_AT_ONCE = 64;
const MAX_BYTES_AT_ONCE = 4 * 1024 * 1024;

export interface PendingRequest {
  line: BatchLine;
  bytes: Buffer;
}

/** The longest prefix of `lines` that lies within one piece; at least one line. */
function pieceOf(lines: readonly BatchLine[]): readonly BatchLine[] {
  const [first] = lines;
  const end = lines.findIndex((line) => line.start + line.bytes - (first?.start ?? 0) > MAX_BYTES_AT_ONCE);
  return end === -1 ? lines : lines.slice(0, Math.max(1, end));
}

async function readPiece(input: OpenInput, start: number, length: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of input.read({ start, length })) parts.push(part);
  return Buffer.concat(parts);
}

/** @throws BlobMissingError if the bytes of the input are gone. */
export async function* readRequests(
  batches: Pick<BatchRepository, 'listPending'>,
  batchId: string,
  input: OpenInput,
): AsyncGenerator<PendingRequest, undefined> {
  for (let after = 0; ; ) {
    const piece = pieceOf(await batches.listPending(batchId, { after, limit: LINES_AT_ONCE }));
    const first = piece[0];
    const last = piece.at(-1);
    if (first === undefined || last === undefined) return undefined;
    const bytes = await readPiece(input, first.start, last.start + last.bytes - first.start);
    for (const line of piece) {
      const start = line.start - first.start;
      yield { line, bytes: bytes.subarray(start, start + line.bytes) };
    }
    after = last.number;
  }
}

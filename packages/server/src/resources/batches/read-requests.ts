/** The requests of a batch that have no outcome yet, in order, read from its input a piece at a time. Holds one piece, however large the batch. */
import type { BatchLine, BatchRepository } from '../../storage/repositories/batches.ts';
import type { OpenInput } from './open-input.ts';

const LINES_AT_ONCE = 64;
const MOST_BYTES_AT_ONCE = 4 * 1024 * 1024;

export interface PendingRequest {
  line: BatchLine;
  bytes: Buffer;
}

/** The longest beginning of `lines` that lies within the bytes of one piece; one line at least. */
function pieceOf(lines: readonly BatchLine[]): readonly BatchLine[] {
  const [first] = lines;
  const end = lines.findIndex((line) => line.start + line.bytes - (first?.start ?? 0) > MOST_BYTES_AT_ONCE);
  return end === -1 ? lines : lines.slice(0, Math.max(1, end));
}

async function readPiece(input: OpenInput, start: number, length: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of input.read({ start, length })) parts.push(part);
  return Buffer.concat(parts);
}

/** @throws BlobMissingError when the input's bytes are gone. */
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

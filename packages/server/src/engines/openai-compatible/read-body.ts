/** Reads a whole body as text, up to a limit, so that a server elsewhere cannot fill the memory of this one. */

/** Throws when the body is longer. */
export async function readBody(body: AsyncIterable<Uint8Array>, mostBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the body.
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > mostBytes) throw new Error(`The body is larger than ${mostBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes).toString('utf8');
}

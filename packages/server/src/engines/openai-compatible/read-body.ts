/** Reads a complete body as text, up to a limit that protects this server's memory. */

/** Throws if the body is longer. */
export async function readBody(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the body.
  for await (const piece of body) {
    bytes += piece.length;
    if (bytes > maxBytes) throw new Error(`The body is larger than ${maxBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces, bytes).toString('utf8');
}

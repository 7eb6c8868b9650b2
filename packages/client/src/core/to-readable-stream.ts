/** A web stream that reads chunks only when its reader asks for them. `cancel` is called when the reader leaves. */
export function toReadableStream(
  chunks: AsyncIterator<Uint8Array, unknown>,
  cancel: () => unknown,
): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await cancel();
      },
    },
    { highWaterMark: 0 },
  );
}

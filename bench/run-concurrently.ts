/**
 * A worker pool of a bench: `workers` loops that each await one call of `work` after the other until `hasMore` is
 * false.
 */
export async function runConcurrently(
  workers: number,
  hasMore: () => boolean,
  work: () => Promise<unknown>,
): Promise<void> {
  const loop = async () => {
    while (hasMore()) await work();
  };
  await Promise.all(Array.from({ length: workers }, loop));
}

/** Bounds of integers that the API does not limit. */

/** Maximum count: the largest signed 32-bit integer, because engines and upstreams store counts in 32 bits. */
export const MAX_COUNT = 2 ** 31 - 1;

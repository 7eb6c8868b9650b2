/** Bounds of integers that the API does not limit. */
import Type from 'typebox';

/** Maximum count: the largest signed 32-bit integer, because engines and upstreams store counts in 32 bits. */
export const MAX_COUNT = 2 ** 31 - 1;

/** Unix times in seconds. */
export const TIME_RANGE = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };

/** A signed integer of at most 32 bits. */
export const int32 = (options: object = {}) => Type.Integer({ minimum: -MAX_COUNT, maximum: MAX_COUNT, ...options });

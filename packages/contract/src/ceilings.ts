/**
 * Ceilings of a request that no model or description sets: each keeps the work that a body causes within milliseconds. `docs/concepts/limits.md`
 * lists them with those of single fields.
 */

/** Default largest request body, in bytes. */
export const DEFAULT_BODY_BYTES = 1024 ** 2;

/** Whole JSON bodies. They are counted while the body arrives, before it is parsed. */
export const JSON_CEILINGS = {
  /** Keys of one object. */
  objectKeys: 20_000,
  /** Keys of all objects together. */
  keys: 50_000,
  /** Strings that are not keys. */
  strings: 50_000,
  /** Objects and arrays. */
  containers: 50_000,
  /** Numbers, `true`, `false` and `null`. */
  scalars: 500_000,
} as const;

/** Messages of one chat request, or of one new thread. */
export const MAX_MESSAGES = 2048;

/** Parts of the content of one message. */
export const MAX_CONTENT_PARTS = 2048;

/** Entries of `logit_bias`. */
export const MAX_LOGIT_BIASES = 2048;

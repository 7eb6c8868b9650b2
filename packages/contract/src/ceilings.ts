/**
 * Limits of requests beyond those of models and of the API description: each bounds the work that a body causes to
 * milliseconds. `docs/concepts/limits.md` lists them together with the limits of single fields.
 */

/** Default maximum size of a request body. */
export const DEFAULT_BODY_BYTES = 1024 ** 2;

/** Limits of complete JSON bodies, counted while the body arrives, before it is parsed. */
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

/** Maximum messages of a chat request or of a new thread. */
export const MAX_MESSAGES = 2048;

/** Maximum content parts of a message. */
export const MAX_CONTENT_PARTS = 2048;

/** Maximum entries of `logit_bias`. */
export const MAX_LOGIT_BIASES = 2048;

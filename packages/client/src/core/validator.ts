/**
 * Loads the check of responses on first use. Invariant: nothing of the contract is loaded without validation, so that
 * it is a chunk of its own in a bundle.
 */
import type { Check } from './response-check.ts';

export interface ValidatorOptions {
  /** Whether null may stand for an absent field and the reverse. */
  isLax: boolean;
}

export interface Validator {
  /** Starts to load the check while a request is on its way. */
  prepare(): void;
  load(): Promise<Check>;
}

export function createValidator({ isLax }: ValidatorOptions): Validator {
  let loading: Promise<Check> | undefined;
  const load = (): Promise<Check> => {
    loading ??= import('./response-check.ts').then((module) => module.createCheck(isLax));
    return loading;
  };
  return {
    prepare() {
      // An error of loading is reported by the call that waits for it.
      load().catch(() => undefined);
    },
    load,
  };
}

/** What one check of `selfsame doctor` found. */
import type { Config } from '../../config/load.ts';

export interface Finding {
  what: string;
  state: 'ok' | 'warning' | 'problem';
  /** What was seen. */
  seen: string;
  /** What to do, where something should be done. */
  advice?: string;
}

/** Changes nothing but making the data folder. Never rejects. */
export type Check = (config: Config) => Promise<Finding | Finding[]>;

/** An error in one line. */
export function inOneLine(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

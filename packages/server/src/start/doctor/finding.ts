/** The result of one check of `selfsame doctor`. */
import type { Config } from '../../config/load.ts';

export interface Finding {
  what: string;
  state: 'ok' | 'warning' | 'problem';
  /** The observed state. */
  seen: string;
  /** Advice, if any. */
  advice?: string;
}

/** Writes nothing except the data folder. Never rejects. */
export type Check = (config: Config) => Promise<Finding | Finding[]>;

/** An error in one line. */
export function inOneLine(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? cause.message : message;
}

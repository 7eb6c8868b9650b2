/** Intended differences between the contract and the descriptions, one file per resource in `reasons/`. */
import { readdirSync } from 'node:fs';

export interface Reason {
  /** Matched against whole lines: `VERSION DIRECTION PLACE: DIFFERENCE`. */
  pattern: RegExp;
  reason: string;
}

const FOLDER = new URL('reasons/', import.meta.url);

/** A reason without a matching difference fails the comparison, so the files stay current. */
export async function loadReasons(): Promise<Reason[]> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts'));
  const modules: { reasons: readonly Reason[] }[] = await Promise.all(
    files.toSorted().map((file) => import(new URL(file, FOLDER).href)),
  );
  return modules.flatMap(({ reasons }) => reasons);
}

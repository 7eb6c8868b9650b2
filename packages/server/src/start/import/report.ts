/** What became of the objects that were to be brought over. */

/** Of one kind. */
export interface Imported {
  brought: number;
  /** There already. */
  present: number;
  /** Not as the API answers them, or without what they belong to. */
  refused: { id: string; why: string }[];
  /** Of a kind that is not brought over. */
  left: number;
}

/** By what the API calls the kind. */
export type ImportReport = Map<string, Imported>;

export function entryOf(report: ImportReport, kind: string): Imported {
  const entry = report.get(kind) ?? { brought: 0, present: 0, refused: [], left: 0 };
  report.set(kind, entry);
  return entry;
}

/** The outcome of an import. */

/** Objects of one kind. */
export interface ImportCounts {
  imported: number;
  /** Existed before the import. */
  present: number;
  /** Do not match the contract, or refer to an object that does not exist. */
  refused: { id: string; reason: string }[];
  /** Objects of a kind that is not imported. */
  skipped: number;
}

/** Key: the object's `object` property. */
export type ImportReport = Map<string, ImportCounts>;

export function entryOf(report: ImportReport, kind: string): ImportCounts {
  const entry = report.get(kind) ?? { imported: 0, present: 0, refused: [], skipped: 0 };
  report.set(kind, entry);
  return entry;
}

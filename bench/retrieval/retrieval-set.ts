/** What a set for measuring search consists of. Invariant: every relevant document is there, and no query was made out of its text. */
export interface RetrievalSet {
  name: string;
  /** What it is made of, its licence, and how. */
  about: string;
  documents: readonly SetDocument[];
  queries: readonly SetQuery[];
}

export interface SetDocument {
  /** Name of the file that is uploaded: the document's id. */
  name: string;
  text: string;
}

export interface SetQuery {
  text: string;
  /** Names of the documents that answer it, at least one. */
  relevant: ReadonlySet<string>;
}

/**
 * A data set for search. Invariant: it contains every relevant document, and no query is derived from a document's
 * text.
 */
export interface RetrievalSet {
  name: string;
  /** Source, licence and construction. */
  about: string;
  documents: readonly SetDocument[];
  queries: readonly SetQuery[];
}

export interface SetDocument {
  /** Name of the uploaded file, which is the document's id. */
  name: string;
  text: string;
}

export interface SetQuery {
  text: string;
  /** Names of the relevant documents, at least one. */
  relevant: ReadonlySet<string>;
}

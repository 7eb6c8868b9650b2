/** The stored form of the calls that models make, shared by the records that keep them. */

/** A call of a function of the client or of a tool of the server. */
export interface ModelCall {
  id: string;
  name: string;
  /** JSON text as the model wrote it. */
  arguments: string;
  /** Null until it is known. */
  output: string | null;
  /** Set if the server runs the tool: the tool's type, and the details of the call as the tool reports them. */
  own?: { type: string; details: Readonly<Record<string, unknown>> };
}

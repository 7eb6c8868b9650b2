/** One object per endpoint. Route, validation, OpenAPI path, client method, docs row and coverage row are derived from it. */
import type { Static, TObject, TProperties, TSchema } from 'typebox';
import type { Named } from './schema.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** Who may call: `project` = any project API key; `admin` = an organization admin key. */
export type Authority = 'project' | 'admin';

export interface StreamSpec {
  /** One server-sent event's data. */
  event: Named;
  /**
   * How events are written: `data` = data-only events closed by `[DONE]`; `named` = each is `{ event, data }` and written under its name,
   * closed by the event `done`.
   */
  framing: 'data' | 'named';
}

/** Object schema of a query: a parameter per property. */
export interface QuerySchema extends TSchema {
  properties: TProperties;
  required?: string[] | undefined;
}

export interface Operation {
  /** Resource path and verb, e.g. `chat.completions.create`: the official client's method name. */
  id: string;
  method: Method;
  /** OpenAPI path template without the `/v1` prefix, e.g. `/models/{model}`. */
  path: string;
  summary: string;
  authority: Authority;
  /** Path parameters (each required, strings). */
  params?: TObject;
  /** Query parameters. */
  query?: QuerySchema;
  /** Request body. */
  body?: Named;
  /** How the body is sent. Default `json`; in a `multipart` form the properties made by `file()` are its file parts. */
  encoding?: 'json' | 'multipart';
  /** What is answered: a JSON value, or raw bytes where it is `Bytes`. */
  response: Named;
  /** Present when `"stream": true` in the body turns the answer into server-sent events. */
  stream?: StreamSpec;
  /** The body may be left out: it is an empty object then. */
  bodyOptional?: true;
  /** The part of the API whose version the header `OpenAI-Beta` chooses; with a version, the operation exists in that one only. */
  beta?: 'assistants' | 'assistants=v1';
  /** Schemas of older versions, by their name in the header, where they differ from the current ones. */
  versions?: Readonly<Record<string, { body?: Named; response: Named }>>;
  /** Largest request body in bytes; of a `multipart` form, of one file part. Default 1 MiB. */
  bodyLimit?: number;
}

type StaticOr<S, Otherwise> = S extends TSchema ? Static<S> : Otherwise;
export type ParamsOf<O extends Operation> = StaticOr<O['params'], Record<string, never>>;
export type QueryOf<O extends Operation> = StaticOr<O['query'], Record<string, never>>;
export type BodyOf<O extends Operation> = StaticOr<O['body'], undefined>;
export type ResponseOf<O extends Operation> = Static<O['response']>;
export type EventOf<O extends Operation> = O['stream'] extends StreamSpec ? Static<O['stream']['event']> : never;

const OPERATION = Symbol.for('selfsame.operation');

/** Declares an endpoint. The identity function at run time, plus a mark that `isOperation` finds. */
export function operation<const O extends Operation>(spec: O): O {
  return Object.defineProperty(spec, OPERATION, { value: true });
}

export function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && OPERATION in value;
}

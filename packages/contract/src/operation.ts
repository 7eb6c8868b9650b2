/**
 * Defines one object per endpoint, from which route, validation, OpenAPI path, docs row and coverage row are derived.
 * A server serves the operations that it has handlers for; it describes the others and refuses their requests.
 */
import type { Static, TObject, TProperties, TSchema } from 'typebox';
import type { Named } from './schema.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** Required key: `project` = any project API key; `admin` = an organization admin key. */
export type Authority = 'project' | 'admin';

export interface StreamSpec {
  /** Data of one server-sent event. */
  event: Named;
  /**
   * Format of the events: `data` = data-only events, ended by `[DONE]`; `named` = `{ event, data }` objects that are
   * written under their names, ended by the event `done`; `typed` = objects that are written under the name in their
   * `type`, ended by the end of the response.
   */
  framing: 'data' | 'named' | 'typed';
  /** The parameter that requests the stream. Default: `"stream": true` in the body, or `stream=true` in the query. */
  requestedBy?: { name: string; value: string };
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
  /** Encoding of the body. Default `json`; in a `multipart` form the `file()` properties are its file parts. */
  encoding?: 'json' | 'multipart';
  /** JSON body that is accepted instead of a `multipart` form. */
  jsonBody?: Named;
  /** The response: a JSON value, or raw bytes if it is `Bytes`. */
  response: Named;
  /** Status of the response. Default 200. */
  status?: 201;
  /** Whether a request can ask for plain text instead of the JSON value, as a rule with `response_format`. */
  text?: true;
  /** Present if a request can ask for server-sent events. */
  stream?: StreamSpec;
  /** Whether the body may be absent, which means an empty object. */
  bodyOptional?: true;
  /**
   * The part of the API whose version the header `OpenAI-Beta` selects. With a version, the operation exists only in
   * it.
   */
  beta?: 'assistants' | 'assistants=v1';
  /** Schemas of older versions that differ from the current ones, by their name in the header. */
  versions?: Readonly<Record<string, { body?: Named; response: Named }>>;
  /** Maximum size of the body in bytes, or of one file part of a `multipart` form. Default 1 MiB. */
  bodyLimit?: number;
}

type StaticOr<S, Otherwise> = S extends TSchema ? Static<S> : Otherwise;
export type ParamsOf<O extends Operation> = StaticOr<O['params'], Record<string, never>>;
export type QueryOf<O extends Operation> = StaticOr<O['query'], Record<string, never>>;
export type BodyOf<O extends Operation> = StaticOr<O['body'], undefined> | StaticOr<O['jsonBody'], never>;
/** A string is sent as plain text. */
export type ResponseOf<O extends Operation> = Static<O['response']> | (O['text'] extends true ? string : never);
export type EventOf<O extends Operation> = O['stream'] extends StreamSpec ? Static<O['stream']['event']> : never;

const OPERATION = Symbol.for('selfsame.operation');

/** Declares an endpoint. At run time it only marks the object for `isOperation`. */
export function operation<const O extends Operation>(spec: O): O {
  return Object.defineProperty(spec, OPERATION, { value: true });
}

export function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null && OPERATION in value;
}

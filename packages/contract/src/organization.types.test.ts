/**
 * Compares every operation of the administration API with the official client at compile time: our response fits the
 * type that the method returns, and what the method sends fits our query or body. The test asserts that the file was
 * compiled.
 */
import type { OpenAI } from 'openai';
import type { TSchema } from 'typebox';
import { expect, it } from 'vitest';
import type { Assignable } from './assignable.ts';
import type { BodyOf, Operation, ParamsOf, QueryOf, ResponseOf } from './operation.ts';
import type * as organization from './organization.ts';

type Client = OpenAI['admin']['organization'];

/** Names of the official client that differ from the ids of the contract. */
interface Renamed {
  adminApiKeys: 'adminAPIKeys';
  'projects.rateLimits.list': 'listRateLimits';
  'projects.rateLimits.update': 'updateRateLimit';
}

type NameOf<Path extends string, Key> = Path extends keyof Renamed ? Renamed[Path] : Key;

/** The methods of the client as functions, and those that it lacks as `undefined`. */
type Member<Theirs, Name> = Name extends keyof Theirs ? Theirs[Name] : undefined;

type Returned<Method> = Method extends (...args: never) => PromiseLike<infer Result> ? Result : never;

/** The object that a method returns; of a list one item. */
type TheirResponse<Method> = Returned<Method> extends { getPaginatedItems(): (infer Item)[] } ? Item : Returned<Method>;
type OurResponse<Op extends Operation, Method> =
  Returned<Method> extends { getPaginatedItems(): unknown[] }
    ? ResponseOf<Op> extends { data: (infer Item)[] }
      ? Item
      : never
    : ResponseOf<Op>;

/** The parameters of the first of two overloads, or of the only signature. */
type Args<Method> = Method extends { (...args: infer First): unknown; (...args: infer Last): unknown }
  ? unknown[] extends First
    ? Last
    : First
  : never;

/** The body or query among the arguments: ids come before it, and the options after it. */
type SentIn<A> = A extends [infer First, ...infer Rest]
  ? First extends string
    ? SentIn<Rest>
    : Rest extends [unknown]
      ? NonNullable<First>
      : unknown
  : unknown;

/** Options of a request that the types of the client forbid in a query. */
type Forbidden =
  | 'method'
  | 'path'
  | 'query'
  | 'body'
  | 'headers'
  | 'maxRetries'
  | 'stream'
  | 'timeout'
  | 'httpAgent'
  | 'fetchOptions'
  | 'signal'
  | 'idempotencyKey'
  | 'defaultBaseURL'
  | `__${string}`;

type Keep<T, Dropped> = { [K in keyof T as K extends Dropped ? never : K]: T[K] };
type PathIds<Op extends Operation> = Op['params'] extends TSchema ? keyof ParamsOf<Op> : never;
type Sent<Op extends Operation, Method> = Keep<SentIn<Required<Args<Method>>>, Forbidden | PathIds<Op>>;

/** Parameters with a default are optional for clients. */
type Accepted<Op extends Operation> = Op['body'] extends TSchema
  ? BodyOf<Op>
  : Op['query'] extends TSchema
    ? Partial<QueryOf<Op>>
    : Record<never, never>;

type Fits<From, To> = [From] extends [To] ? true : false;

type Problems<Op extends Operation, Method, Path extends string> =
  | (Method extends undefined ? `${Path}: no method` : never)
  | (Fits<OurResponse<Op, Method>, TheirResponse<Method>> extends true ? never : `${Path}: response`)
  | (Fits<Sent<Op, Method>, Accepted<Op>> extends true ? never : `${Path}: request`)
  | (keyof Sent<Op, Method> extends keyof Accepted<Op>
      ? never
      : `${Path}: ${Extract<Exclude<keyof Sent<Op, Method>, keyof Accepted<Op>>, string>} is missing`);

type Joined<Path extends string, Key> = Path extends '' ? Key & string : `${Path}.${Key & string}`;

/** Groups of operations start with a small letter, schemas and constants with a capital one. */
type Missing<Part, Path extends string> = Part extends (...args: never) => unknown
  ? never
  : Path extends `${infer Outer}.${infer Rest}`
    ? Missing<Part, Rest> extends never
      ? never
      : `${Outer}.${Rest}: no resource`
    : Path extends Uncapitalize<Path>
      ? `${Path}: no resource`
      : never;

/** Walks the contract and the client side by side. */
type Walk<Ours, Theirs, Path extends string = ''> = {
  [K in keyof Ours]: Ours[K] extends Operation
    ? Problems<Ours[K], Member<Theirs, NameOf<Joined<Path, K>, K>>, Joined<Path, K>>
    : Member<Theirs, NameOf<Joined<Path, K>, K>> extends infer Part extends object
      ? Walk<Ours[K], Part, Joined<Path, K>>
      : Missing<Ours[K], Joined<Path, K>>;
}[keyof Ours];

type Found = Walk<typeof organization, Client>;

/** The client may send null for `after`, which a query cannot contain. */
type Expected = 'adminApiKeys.list: request';

it('every operation of the administration API fits the types of the official client', () => {
  const checks: [Assignable<Found, Expected>, Assignable<Expected, Found>] = [true, true];
  expect(checks).toHaveLength(2);
});

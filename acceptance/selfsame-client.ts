/**
 * `@selfsame/client` under the signatures of the official clients, so that the tests of those run with it too.
 *
 * It differs from the official client on purpose, and this module adapts exactly these differences:
 * - The constructor takes `(config, serviceUrl)`: `auth.token`, `retryConfig` and `timeout` in seconds.
 *   Retries are off by default; `maxRetries` stands for the waits and statuses of the official client.
 * - Error classes are exports of the package instead of static fields of the client.
 * - Methods have the signatures of version 7: one id as first argument, further ids in an object.
 *   `SelfsameForAssistants` accepts the positions of version 4, and `del` for `delete`.
 * - There is no `get(path)`; `call(operation, input)` sends an operation from its data.
 */
import * as selfsame from '@selfsame/client';
import { Selfsame } from '@selfsame/client';

export interface OfficialOptions {
  baseURL: string;
  apiKey: string;
  maxRetries?: number;
  /** In ms. */
  timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 600_000;
const RETRIED_STATUSES = [408, 409, 429, ...Array.from({ length: 100 }, (_, i) => 500 + i)];

export class OfficialSelfsame extends Selfsame {
  static readonly APIError = selfsame.APIError;
  static readonly APIConnectionTimeoutError = selfsame.APIConnectionTimeoutError;
  static readonly AuthenticationError = selfsame.AuthenticationError;
  static readonly BadRequestError = selfsame.BadRequestError;
  static readonly InternalServerError = selfsame.InternalServerError;
  static readonly NotFoundError = selfsame.NotFoundError;
  static readonly PermissionDeniedError = selfsame.PermissionDeniedError;
  static readonly RateLimitError = selfsame.RateLimitError;

  constructor({ baseURL, apiKey, maxRetries = 2, timeout = DEFAULT_TIMEOUT_MS }: OfficialOptions) {
    super(
      {
        auth: { token: apiKey },
        timeout: timeout / 1000,
        retryConfig: {
          count: maxRetries,
          interval: 0.5,
          backOffFactor: 2,
          maxWaitInterval: 8,
          statusCodes: RETRIED_STATUSES,
        },
      },
      baseURL,
    );
  }
}

type Method = (...words: unknown[]) => unknown;

/** The resource with some of its members replaced. Other methods keep calling the original ones. */
function replaceMembers<R extends object>(resource: R, replaced: Readonly<Record<string, unknown>>): R {
  return new Proxy(resource, {
    get(target, name) {
      if (typeof name === 'string' && Object.hasOwn(replaced, name)) return replaced[name];
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value as Method).bind(target) : value;
    },
  });
}

/** Methods that receive the ids of `names` before the last id, as in version 4, instead of in an object after it. */
function withIdsFirst<R extends object>(
  resource: R,
  names: readonly string[],
  methods: readonly (keyof R & string)[],
): Record<string, Method> {
  const toMethod = (method: Method): Method =>
    function callWithIds(...words) {
      const [id, input, ...options] = words.slice(names.length);
      const ids = Object.fromEntries(names.map((name, index) => [name, words[index]]));
      return method.call(resource, id, { ...ids, ...(input as object | undefined) }, ...options);
    };
  return Object.fromEntries(methods.map((name) => [name, toMethod(resource[name] as Method)]));
}

const withDel = <R extends { delete(id: string): unknown }>(resource: R): R =>
  replaceMembers(resource, { del: (id: string) => resource.delete(id) });

function adaptThreads({ threads }: Selfsame): Selfsame['threads'] {
  const { messages, runs } = threads;
  const thread = ['thread_id'];
  const steps = replaceMembers(runs.steps, {
    // The run is the last id.
    ...withIdsFirst(runs.steps, thread, ['list']),
    ...withIdsFirst(runs.steps, [...thread, 'run_id'], ['retrieve']),
  });
  const poll = (threadId: string, id: string, options?: object) => runs.poll(id, { thread_id: threadId }, options);
  const outputs = ['submitToolOutputs', 'submitToolOutputsAndPoll', 'submitToolOutputsStream'] as const;
  return replaceMembers(withDel(threads), {
    messages: replaceMembers(messages, {
      ...withIdsFirst(messages, thread, ['retrieve', 'update']),
      del: withIdsFirst(messages, thread, ['delete'])['delete'],
    }),
    runs: replaceMembers(runs, {
      ...withIdsFirst(runs, thread, ['retrieve', 'update', 'cancel', ...outputs]),
      poll,
      steps,
    }),
  });
}

/** The parts of the client that applications of the Assistants API use, with the signatures of version 4. */
export class SelfsameForAssistants {
  readonly files: Selfsame['files'];
  readonly beta: Pick<Selfsame['beta'], 'assistants' | 'threads'>;
  readonly #client: OfficialSelfsame;

  constructor(options: OfficialOptions) {
    this.#client = new OfficialSelfsame(options);
    this.files = withDel(this.#client.files);
    this.beta = { assistants: withDel(this.#client.assistants), threads: adaptThreads(this.#client) };
  }

  /** Sends a GET request. */
  get(path: string): Promise<unknown> {
    return callPath(this.#client, path);
  }
}

/** Sends a GET request for a part of the API that the client has no method for. */
export async function callPath(client: Selfsame, path: string): Promise<unknown> {
  const response = await client.call<Response>({ id: path, method: 'GET', path, response: 'Bytes' });
  return response.json();
}

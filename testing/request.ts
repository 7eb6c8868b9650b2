/** HTTP requests of tests against a server: a JSON or form body in, the status and the parsed JSON body out. */

export interface RequestOptions {
  /** Default: `GET` without a body, `POST` with one. */
  method?: string | undefined;
  /** Forms, bytes and strings are sent unchanged, everything else as JSON. `undefined` sends no body. */
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export interface JsonResponse<T> {
  status: number;
  headers: Headers;
  body: T;
}

/** Sets `content-type: application/json` for every body except a form, which brings its boundary; given headers win. */
export function sendRequest(url: string, { method, body, headers, signal }: RequestOptions = {}): Promise<Response> {
  const hasJson = body !== undefined && !(body instanceof FormData);
  return fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...(hasJson ? { 'content-type': 'application/json' } : {}), ...headers },
    ...(body === undefined ? {} : { body: toRawBody(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Rejects when the response is not JSON. */
export async function requestJson<T>(url: string, options: RequestOptions = {}): Promise<JsonResponse<T>> {
  const response = await sendRequest(url, options);
  return { status: response.status, headers: response.headers, body: (await response.json()) as T };
}

/** Uploads a file and returns its id. `baseUrl` ends in `/v1`. Throws with the response's text if the upload fails. */
export async function uploadFile(baseUrl: string, file: File, purpose = 'assistants'): Promise<string> {
  const form = new FormData();
  form.append('purpose', purpose);
  form.append('file', file);
  const response = await sendRequest(`${baseUrl}/files`, { body: form });
  const text = await response.text();
  if (!response.ok) throw new Error(`Upload failed with status ${response.status}: ${text}`);
  return (JSON.parse(text) as { id: string }).id;
}

function toRawBody(body: unknown): NonNullable<RequestInit['body']> {
  if (typeof body === 'string' || body instanceof FormData) return body;
  return body instanceof Uint8Array ? (body as Uint8Array<ArrayBuffer>) : JSON.stringify(body);
}

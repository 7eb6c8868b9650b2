/** Reads the loaded models of a running server from its metrics, and its list of models. */

export interface LoadedModels {
  /** Id → memory of its process in bytes; undefined = it has no process. */
  models: Map<string, number | undefined>;
  /** Listed ids with their owners. */
  listed: { id: string; ownedBy: string }[];
  /** Why the models are unknown, as a sentence; undefined = the server responded. */
  unknown?: string;
}

const TIMEOUT_MS = 2000;
const SERIES = /^selfsame_engine_(resident_bytes|busy_requests)\{model="((?:[^"\\]|\\.)*)"\} (\S+)$/gm;

/** `url`: without a path. `token`: empty = none. Never rejects. */
export async function askLoadedModels(url: string, token: string): Promise<LoadedModels> {
  const models = new Map<string, number | undefined>();
  const options = {
    headers: token === '' ? {} : { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  try {
    const response = await fetch(`${url}/metrics`, options);
    if (response.status === 401)
      return { models, listed: [], unknown: `The server at ${url} wants an API key or its metrics token.` };
    if (!response.ok) return { models, listed: [], unknown: `The server at ${url} answered ${response.status}.` };
    for (const [, what, id = '', value] of (await response.text()).matchAll(SERIES)) {
      const known = models.get(id);
      models.set(id, what === 'resident_bytes' ? Number(value) : known);
    }
    return { models, listed: await list(url, options) };
  } catch {
    return { models, listed: [], unknown: `No server answers at ${url}, so that nothing is loaded by one.` };
  }
}

/** Empty if the token is the metrics token only. */
async function list(url: string, options: RequestInit): Promise<LoadedModels['listed']> {
  const response = await fetch(`${url}/v1/models`, options);
  if (!response.ok) return [];
  const { data = [] } = (await response.json()) as { data?: { id: string; owned_by: string }[] };
  return data.map(({ id, owned_by: ownedBy }) => ({ id, ownedBy }));
}

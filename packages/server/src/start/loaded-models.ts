/** What a running server has loaded, read from its metrics. */

export interface LoadedModels {
  /** Id → memory of its process in bytes; undefined where it has none of its own. */
  models: Map<string, number | undefined>;
  /** Why nothing is known, as a sentence; undefined when the server answered. */
  unknown?: string;
}

const TIMEOUT_MS = 2000;
const SERIES = /^selfsame_engine_(resident_bytes|busy_requests)\{model="((?:[^"\\]|\\.)*)"\} (\S+)$/gm;

/** `url`: without a path. `token`: empty = none. Never rejects. */
export async function askLoadedModels(url: string, token: string): Promise<LoadedModels> {
  const models = new Map<string, number | undefined>();
  try {
    const response = await fetch(`${url}/metrics`, {
      headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (response.status === 401)
      return { models, unknown: `The server at ${url} wants an API key or its metrics token.` };
    if (!response.ok) return { models, unknown: `The server at ${url} answered ${response.status}.` };
    for (const [, what, id = '', value] of (await response.text()).matchAll(SERIES)) {
      const known = models.get(id);
      models.set(id, what === 'resident_bytes' ? Number(value) : known);
    }
    return { models };
  } catch {
    return { models, unknown: `No server answers at ${url}, so that nothing is loaded by one.` };
  }
}

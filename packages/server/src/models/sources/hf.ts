/** Source `hf:OWNER/REPO[@REVISION]:FILE`: one file of a repository on the Hugging Face hub or a mirror of it. */
import { httpFileSource } from './https.ts';
import type { ModelSource, SourceOptions } from './source.ts';

export const HUB_URL = 'https://huggingface.co';
const REFERENCE = /^hf:([\w.-]+)\/([\w.-]+)(?:@([\w./-]+))?:([^:]+)$/;

export interface HubReference {
  owner: string;
  repository: string;
  /** Branch, tag or commit. Default `main`. */
  revision: string;
  /** Path inside the repository. */
  file: string;
}

/** Returns undefined when `reference` has not the form `hf:OWNER/REPO[@REVISION]:FILE`. */
export function parseHubReference(reference: string): HubReference | undefined {
  const [, owner, repository, revision = 'main', file] = REFERENCE.exec(reference) ?? [];
  if (owner === undefined || repository === undefined || file === undefined) return undefined;
  return { owner, repository, revision, file };
}

export function hubSource(reference: string, hub: HubReference, options: SourceOptions): ModelSource {
  const base = (options.hubUrl ?? HUB_URL).replace(/\/+$/, '');
  const path = hub.file.split('/').map(encodeURIComponent).join('/');
  const token = options.hubToken;
  return httpFileSource(
    {
      reference,
      label: reference,
      url: `${base}/${hub.owner}/${hub.repository}/resolve/${encodeURIComponent(hub.revision)}/${path}`,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      announcedSha256: (headers) => /^"?([0-9a-f]{64})"?$/.exec(String(headers['x-linked-etag'] ?? ''))?.[1],
      explainStatus: (status, host) => {
        if (status !== 401 && status !== 403) return undefined;
        const why = token === undefined ? 'and no hub token is set' : 'and the hub token does not open it';
        return `${host} answered ${status}: the repository is missing, private or gated, ${why}`;
      },
    },
    options,
  );
}

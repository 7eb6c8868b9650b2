/** Source `hf:OWNER/REPO[@REVISION]:FILE`: one file of a repository on the Hugging Face hub or a mirror of it. */

import { defined } from '../../lib/defined.ts';
import { httpFileSource } from './https.ts';
import type { Announcement, ModelSource, SourceOptions } from './source.ts';

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

/** Returns undefined if `reference` does not have the form `hf:OWNER/REPO[@REVISION]:FILE`. */
export function parseHubReference(reference: string): HubReference | undefined {
  const [, owner, repository, revision = 'main', file] = REFERENCE.exec(reference) ?? [];
  if (owner === undefined || repository === undefined || file === undefined) return undefined;
  return { owner, repository, revision, file };
}

/** Size and SHA-256 of a large file in the hub's headers; the SHA-256 is the ETag of the storage behind the hub. */
function readAnnouncement(headers: Record<string, string | string[] | undefined>): Announcement {
  const sha256 = /^(?:W\/)?"?([0-9a-f]{64})"?$/i.exec(String(headers['x-linked-etag'] ?? ''))?.[1]?.toLowerCase();
  const size = /^\d{1,15}$/.exec(String(headers['x-linked-size'] ?? ''))?.[0];
  return defined({ sha256, bytes: size === undefined ? undefined : Number(size) });
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
      announcement: readAnnouncement,
      explainStatus: (status, host) => {
        const page = `${base}/${hub.owner}/${hub.repository}`;
        if (status === 404) return `${host} has no file ${hub.file} in ${hub.owner}/${hub.repository} (404)`;
        if (status !== 401 && status !== 403) return undefined;
        const what = `${host} answered ${status}: the repository is missing, private or gated`;
        return token === undefined
          ? `${what}, and no hub token is set: accept its terms at ${page} and set SELFSAME_HUB_TOKEN`
          : `${what}, and the hub token does not open it: accept its terms at ${page} with the account of the token`;
      },
    },
    options,
  );
}

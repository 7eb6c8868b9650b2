/**
 * Rewrites the URL spellings of clients to the paths of the routes, before routing:
 * - `/openai/v1/…`, `/openai/…?api-version=…` and `/openai/deployments/{deployment}/…`, which Azure's clients send;
 * - trailing slashes, double slashes around `/v1`, and the absolute form that proxies send.
 * Invariant: an empty segment between two others is kept, so that it never becomes the path of another route;
 * `route.ts` refuses it.
 */

const ABSOLUTE_FORM = /^https?:\/\/[^/?#]*/i;
const AZURE = /^\/openai(?:\/v1)?(?=\/|$)/;
const DEPLOYMENT = /^\/openai\/deployments\/([^/]+)(?=\/.)/;
const SLASH = 0x2f;

export function canonicalUrl(url: string): string {
  if (!mayDiffer(url)) return url;
  const { path, query } = split(url);
  if (!AZURE.test(path)) return trimSlashes(path.replace(/^\/+v1\/+/, '/v1/')) + query;
  const rest = DEPLOYMENT.test(path) ? path.replace(DEPLOYMENT, '') : path.replace(AZURE, '');
  return trimSlashes(`/v1/${trimStart(rest)}`) + withoutApiVersion(query);
}

/** Returns the deployment of a URL in Azure's spelling: the model of a request whose body has none. */
export function deploymentOf(url: string): string | undefined {
  const name = url.includes('/openai/deployments/') ? DEPLOYMENT.exec(split(url).path)?.[1] : undefined;
  try {
    return name === undefined ? undefined : decodeURIComponent(name);
  } catch {
    return undefined;
  }
}

/** A cheap test: most URLs need no rewriting. */
function mayDiffer(url: string): boolean {
  const end = url.indexOf('?');
  const last = (end === -1 ? url.length : end) - 1;
  return !url.startsWith('/v1/') || url.charCodeAt(last) === SLASH || url.charCodeAt('/v1/'.length) === SLASH;
}

function split(url: string): { path: string; query: string } {
  const relative = url.replace(ABSOLUTE_FORM, '');
  const start = relative.indexOf('?');
  const path = start === -1 ? relative : relative.slice(0, start);
  return { path: path === '' ? '/' : path, query: start === -1 ? '' : relative.slice(start) };
}

function trimSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path.charCodeAt(end - 1) === SLASH) end -= 1;
  return path.slice(0, end);
}

function trimStart(path: string): string {
  let start = 0;
  while (path.charCodeAt(start) === SLASH) start += 1;
  return path.slice(start);
}

/** The version of Azure's API has no effect. */
function withoutApiVersion(query: string): string {
  const kept = query
    .slice(1)
    .split('&')
    .filter((pair) => pair !== '' && !/^api-version(?:=|$)/i.test(pair));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

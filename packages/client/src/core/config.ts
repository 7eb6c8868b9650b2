/** Configuration of a client, with the environment variables that replace absent values. */
import { type ConnectionOptions, readEnvironment } from '#platform';
import { SelfsameError } from './errors.ts';
import type { OpenTransport } from './transport.ts';

export interface Auth {
  /** API key of a project. Default: `OPENAI_API_KEY`. */
  token?: string;
  /** Admin key of the organization, for `admin.organization`. Default: `OPENAI_ADMIN_KEY`, then `token`. */
  adminToken?: string;
}

export interface ClientConfig extends ConnectionOptions {
  auth?: Auth;
  /** Header `openai-organization`. Default: `OPENAI_ORG_ID`. */
  organization?: string;
  /** Header `openai-project`. Default: `OPENAI_PROJECT_ID`. */
  project?: string;
  /** Headers of every request. */
  headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Whether responses and events are checked against the contract. Default true. */
  validation?: boolean;
  /** Whether null may stand for an absent field and the reverse. Default true. */
  laxDataBinding?: boolean;
  /** Replaces the transport that the connection options configure. */
  transport?: OpenTransport;
}

export const DEFAULT_SERVICE_URL = 'https://api.openai.com/v1';

export interface ResolvedConfig {
  /** Base URL without a slash at the end. */
  serviceUrl: string;
  /** Query of the base URL, which every request repeats. */
  serviceQuery: string;
  authorization: string;
  adminAuthorization: string;
  headers: Readonly<Record<string, string | readonly string[]>>;
}

/** @throws SelfsameError without a key, or for a URL that is not http. */
export function resolveConfig(config: ClientConfig, serviceUrl?: string): ResolvedConfig {
  const token = config.auth?.token ?? readEnvironment('OPENAI_API_KEY');
  const adminToken = config.auth?.adminToken ?? readEnvironment('OPENAI_ADMIN_KEY') ?? token;
  if (adminToken === undefined) {
    throw new SelfsameError('`auth.token` is missing: pass it, or set the environment variable OPENAI_API_KEY');
  }
  const organization = config.organization ?? readEnvironment('OPENAI_ORG_ID');
  const project = config.project ?? readEnvironment('OPENAI_PROJECT_ID');
  const url = parseServiceUrl(serviceUrl ?? readEnvironment('OPENAI_BASE_URL') ?? DEFAULT_SERVICE_URL);
  return {
    serviceUrl: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    serviceQuery: url.search.slice(1),
    authorization: `Bearer ${token ?? adminToken}`,
    adminAuthorization: `Bearer ${adminToken}`,
    headers: {
      ...(organization === undefined ? {} : { 'openai-organization': organization }),
      ...(project === undefined ? {} : { 'openai-project': project }),
      ...config.headers,
    },
  };
}

function parseServiceUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new SelfsameError(`the service URL must start with http:// or https://, but is '${text}'`);
  }
  return url;
}

/** `web_search` as functions for models, and its settings. Pure. */
import type { ToolFunction, ToolSettings } from '../tool.ts';

export const WEB_SEARCH = 'web_search';

/** Other values of `type` in requests: dated and earlier names. */
export const ALIASES = ['web_search_2025_08_26', 'web_search_preview', 'web_search_preview_2025_03_11'] as const;

const OPEN_PAGE = 'open_page';
const FIND_IN_PAGE = 'find_in_page';

export type WebAction =
  | { type: 'search'; query: string }
  | { type: 'open_page'; url: string }
  | { type: 'find_in_page'; url: string; pattern: string };

interface Location {
  country?: string | null;
  region?: string | null;
  city?: string | null;
  timezone?: string | null;
}

export interface WebSearchSettings {
  /** Whether other servers may be asked. Nothing is searched without it: this server keeps no copy of the web. */
  hasAccess: boolean;
  /** Empty: all. */
  domains: readonly string[];
  location: Location;
  /** Maximum tokens of the output of one call. */
  maxTokens: number;
}

const MAX_TOKENS = { low: 1000, medium: 2500, high: 5000 } as const;

/** @param settings the entry in `tools`, under its own type. */
export function toSettings(settings: ToolSettings): WebSearchSettings {
  const options = (settings[String(settings['type'])] ?? {}) as {
    external_web_access?: boolean;
    filters?: { allowed_domains?: readonly string[] | null } | null;
    user_location?: Location | null;
    search_context_size?: keyof typeof MAX_TOKENS;
  };
  return {
    hasAccess: options.external_web_access !== false,
    domains: (options.filters?.allowed_domains ?? []).map(toDomain),
    location: options.user_location ?? {},
    maxTokens: MAX_TOKENS[options.search_context_size ?? 'medium'],
  };
}

const toDomain = (domain: string) =>
  domain
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/\/.*$/, '');

export function isAllowed({ hostname }: URL, { domains }: Pick<WebSearchSettings, 'domains'>): boolean {
  const host = hostname.toLowerCase();
  return domains.length === 0 || domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

export function listFunctions(settings: ToolSettings): ToolFunction[] {
  const { hasAccess, location } = toSettings(settings);
  if (!hasAccess) return [];
  const { city, region, country, timezone } = location;
  const place = [city, region, country, timezone].filter((part) => typeof part === 'string').join(', ');
  const near = place === '' ? '' : ` The user is in or near: ${place}.`;
  return [
    toFunction(WEB_SEARCH, `${SEARCH_DESCRIPTION}${near}`, {
      query: 'What to look for, in words or as a question.',
    }),
    toFunction(OPEN_PAGE, 'Returns the text of a web page, which begins with its mark.', {
      url: 'Address of the page, as a search returned it.',
    }),
    toFunction(FIND_IN_PAGE, 'Returns the parts of a web page that contain a text.', {
      url: 'Address of the page.',
      pattern: 'The text to find.',
    }),
  ];
}

const SEARCH_DESCRIPTION =
  'Searches the web. Each result begins with a mark such as 【web0:1†example.org】: repeat the mark behind what you ' +
  'say from it.';

function toFunction(name: string, description: string, properties: Readonly<Record<string, string>>): ToolFunction {
  const entries = Object.entries(properties).map(([key, text]) => [key, { type: 'string', description: text }]);
  return {
    name,
    description,
    parameters: {
      type: 'object',
      properties: Object.fromEntries(entries) as Record<string, unknown>,
      required: Object.keys(properties),
      additionalProperties: false,
    },
    own: { type: WEB_SEARCH, details: {} },
  };
}

/** Arguments that do not fit the function have empty texts: not every model decodes under a grammar. */
export function toAction(name: string, text: string): WebAction {
  const { query, url, pattern } = parse(text);
  const textOf = (value: unknown) => (typeof value === 'string' ? value.trim() : '');
  if (name === OPEN_PAGE) return { type: 'open_page', url: textOf(url) };
  if (name === FIND_IN_PAGE) return { type: 'find_in_page', url: textOf(url), pattern: textOf(pattern) };
  return { type: 'search', query: textOf(query) };
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // Arguments that are being written, or that the model cut.
    return {};
  }
}

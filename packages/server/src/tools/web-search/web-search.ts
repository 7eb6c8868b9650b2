/** The server tool `web_search`: searches the web, opens pages and finds text in them. */
import { extractText } from '../../extraction/extract.ts';
import type { ModelCall } from '../../storage/repositories/model-calls.ts';
import { countTokens, fitResults } from '../fit-results.ts';
import type { ServerTool, ToolContext, ToolDeps } from '../tool.ts';
import { findCitations, MARK_END, type Source, toMark } from './citations.ts';
import { ALIASES, isAllowed, listFunctions, toAction, toSettings, WEB_SEARCH, type WebAction } from './definition.ts';
import { type SearchEngine, SearchEngineError, type WebResult } from './engines/search-engine.ts';
import { PageError, readPage } from './read-page.ts';

export type WebSearchDeps = Pick<ToolDeps, 'outbound' | 'searchEngine'>;

const MAX_RESULTS = 10;
/** Part of the model's context for the output of all calls of a run. */
const OUTPUT_SHARE = 1 / 4;
/** Characters before and after a text that is found in a page. */
const FOUND_MARGIN = 200;
const MAX_FOUND = 10;
const NO_ROOM = 'There is no room for more text. Answer with what was found before.';
const NOT_CONFIGURED =
  "This server has no search engine: the operator configures one with the setting 'searchEngine' " +
  '(docs/concepts/web-search.md).';

export function createWebSearch(deps: WebSearchDeps): ServerTool {
  const { searchEngine: engine } = deps;
  return {
    type: WEB_SEARCH,
    aliases: ALIASES,
    unavailable: (settings) => (engine === undefined && toSettings(settings).hasAccess ? NOT_CONFIGURED : undefined),
    functions: listFunctions,
    run: (call, context) => runAction({ ...deps, engine }, call, context),
    mayEndCitation: (text) => text.includes(MARK_END),
    findCitations,
  };
}

interface Found extends Source {
  text: string;
}

type Deps = Pick<ToolDeps, 'outbound'> & { engine: SearchEngine | undefined };

async function runAction(deps: Deps, call: ModelCall, context: ToolContext): Promise<ModelCall> {
  const action = toAction(call.name, call.arguments);
  const end = (output: string, details: object) => ({
    ...call,
    output,
    own: { type: WEB_SEARCH, details: { action, ...details } },
  });
  try {
    const found = await findSources(deps, action, context);
    const earlier = context.earlierCalls.filter(({ own }) => own?.type === WEB_SEARCH);
    const shown = fitResults(found, {
      query: action.type === 'search' ? action.query : '',
      tokens: countLeft(earlier, context),
      toMark: (index) => toMark(earlier.length, index, found[index] ?? { url: '', title: '' }),
    });
    const sources = found.slice(0, shown.length).map(({ url, title }) => ({ url, title }));
    const empty = found.length === 0 ? 'Nothing was found.' : NO_ROOM;
    return end(shown.length === 0 ? empty : shown.join('\n\n'), { sources });
  } catch (error) {
    if (!(error instanceof SearchEngineError) && !(error instanceof PageError)) throw error;
    return end(`Error: ${error.message}`, { failed: true });
  }
}

function countLeft(earlier: readonly ModelCall[], { contextTokens, settings }: ToolContext): number {
  const used = earlier.reduce((tokens, { output }) => tokens + countTokens(output ?? ''), 0);
  return Math.min(contextTokens * OUTPUT_SHARE - used, toSettings(settings).maxTokens);
}

async function findSources({ outbound, engine }: Deps, action: WebAction, context: ToolContext): Promise<Found[]> {
  const { signal } = context;
  const settings = toSettings(context.settings);
  if (action.type === 'search') {
    if (engine === undefined) throw new SearchEngineError(NOT_CONFIGURED);
    if (action.query === '') return [];
    const { domains, location } = settings;
    const query = { text: action.query, count: MAX_RESULTS, domains, country: location.country ?? undefined };
    const results = await engine.search(query, signal);
    return results.filter(({ url }) => URL.canParse(url) && isAllowed(new URL(url), settings)).map(toFound);
  }
  const page = await readPage({ outbound, extractText }, { url: action.url, settings, signal });
  if (action.type === 'open_page') return [page];
  const text = findText(page.text, action.pattern);
  return text === '' ? [] : [{ ...page, text }];
}

const toFound = ({ url, title, snippet }: WebResult): Found => ({ url, title, text: `${title}\n${url}\n${snippet}` });

/** The parts of the text around each occurrence. Letter case is ignored. */
function findText(text: string, pattern: string): string {
  if (pattern === '') return '';
  const lower = text.toLowerCase();
  const wanted = pattern.toLowerCase();
  const parts: string[] = [];
  let from = 0;
  while (parts.length < MAX_FOUND) {
    const at = lower.indexOf(wanted, from);
    if (at < 0) break;
    const end = Math.min(text.length, at + wanted.length + FOUND_MARGIN);
    parts.push(text.slice(Math.max(from, at - FOUND_MARGIN), end).trim());
    from = end;
  }
  return parts.join('\n…\n');
}

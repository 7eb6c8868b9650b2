/** Creates the server tools, and the interpreters in which code of models is executed. */
import type { Config } from '../config/load.ts';
import { Interpreters } from '../resources/containers/interpreters.ts';
import { createServerTools } from '../tools/index.ts';
import { createToolRegistry } from '../tools/registry.ts';
import type { ToolDeps } from '../tools/tool.ts';
import { createSearchEngine } from '../tools/web-search/engines/index.ts';
import { findSandbox } from './sandbox.ts';

export function createTools(deps: Pick<ToolDeps, 'models' | 'clock' | 'outbound'>, config: Config) {
  const { maxInterpreters: maxSessions } = config;
  const interpreters = new Interpreters({ findSandbox: () => findSandbox(config), clock: deps.clock, maxSessions });
  const searchEngine = createSearchEngine(config);
  return { interpreters, tools: createToolRegistry(createServerTools({ ...deps, searchEngine, interpreters })) };
}

/** Starts the server that the test files share, or uses the one at SELFSAME_TEST_URL. */
import type { TestProject } from 'vitest/node';
import { type Settings, startServer } from './server.ts';
import type { Target } from './target.ts';

const DEFAULT_MODEL = 'gpt-4o-mini';

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { SELFSAME_TEST_URL: url, SELFSAME_TEST_API_KEY: apiKey = 'any' } = process.env;
  const { SELFSAME_TEST_MODEL: file, SELFSAME_TEST_MODEL_ID: model = DEFAULT_MODEL } = process.env;
  if (url !== undefined) {
    const origin = url.replace(/(\/v1)?\/*$/, '');
    project.provide('target', { profile: 'url', url: origin, baseURL: `${origin}/v1`, apiKey, model });
    return undefined;
  }
  const profile: Target['profile'] = file === undefined ? 'scripted' : 'real';
  const scripted: Settings = file === undefined ? { SELFSAME_SCRIPTED: 'true' } : {};
  const server = await startServer({ model: file, settings: { SELFSAME_CHECK_RESPONSES: 'true', ...scripted } });
  project.provide('target', { profile, url: server.url, baseURL: server.baseURL, apiKey, model });
  return () => server.stop();
}

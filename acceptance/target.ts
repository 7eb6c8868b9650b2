/**
 * What the tests of this run talk to: one server that all files share, started (or found) by `global-setup.ts`.
 * A test that is about the wording of an answer runs on the scripted engine only, and says so with `it.runIf(scripted)`.
 */
import { inject } from 'vitest';

/** `scripted`: our own process, an engine that echoes. `real`: our own process, a GGUF file. `url`: somebody's server. */
export type Profile = 'scripted' | 'real' | 'url';

export interface Target {
  profile: Profile;
  /** Without a path. */
  url: string;
  /** With `/v1`. */
  baseURL: string;
  apiKey: string;
  /** The id that the tests ask for: one that applications use, so that aliases are exercised too. */
  model: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    target: Target;
  }
}

export const target: Target = inject('target');
export const scripted: boolean = target.profile === 'scripted';

export interface UserMessage {
  role: 'user';
  content: string;
}

/** One user message. Directives are for the scripted engine, e.g. `{ tokens: 50, delayMs: 5 }`; others never see them. */
export function ask(text: string, directives: object = {}): [UserMessage] {
  const directed = scripted && Object.keys(directives).length > 0;
  return [{ role: 'user', content: directed ? `@script ${JSON.stringify(directives)}\n${text}` : text }];
}

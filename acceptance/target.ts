/**
 * The server under test, which all files share: started or found by `global-setup.ts`.
 * A test of the wording of an answer runs on the scripted engine only, with `it.runIf(scripted)`.
 */
import { inject } from 'vitest';

/**
 * `scripted`: a separate process with the scripted engine. `real`: a separate process with a GGUF file. `url`: a
 * running server.
 */
export type Profile = 'scripted' | 'real' | 'url';

export interface Target {
  profile: Profile;
  /** Without a path. */
  url: string;
  /** With `/v1`. */
  baseURL: string;
  apiKey: string;
  /** The model id of the tests: one that applications use, so that aliases are tested too. */
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

/** One user message. Directives such as `{ tokens: 50, delayMs: 5 }` are sent only to the scripted engine. */
export function ask(text: string, directives: object = {}): [UserMessage] {
  const directed = scripted && Object.keys(directives).length > 0;
  return [{ role: 'user', content: directed ? `@script ${JSON.stringify(directives)}\n${text}` : text }];
}

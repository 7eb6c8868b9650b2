/** An engine without a model, for tests of how engines are shared: it says what it is told. */
import { fileURLToPath } from 'node:url';

export const ECHO = fileURLToPath(new URL('echo-child.ts', import.meta.url));

export interface EchoTask {
  type: 'say';
  id: number;
  text: string;
}

export type EchoEvent = string;

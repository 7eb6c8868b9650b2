/** An engine without a model, for tests of engine sharing: it emits the text of each task. */
import { fileURLToPath } from 'node:url';

export const ECHO = fileURLToPath(new URL('echo-child.ts', import.meta.url));

export interface EchoTask {
  type: 'say';
  id: number;
  text: string;
}

export type EchoEvent = string;

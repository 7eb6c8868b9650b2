/** The worker thread of receive-json.ts. */
import { serveTasks } from '../lib/serve-tasks.ts';
import { decodeText, parseBytes } from './parse-text.ts';
import type { ParseTask } from './receive-json.ts';

serveTasks(({ bytes, decodeOnly }: ParseTask) => (decodeOnly ? decodeText(bytes) : parseBytes(bytes)));

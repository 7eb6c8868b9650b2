/** The worker thread of kokoro.ts. */
import { serveTasks } from '../../lib/serve-tasks.ts';
import type { KokoroTask } from './kokoro.ts';
import { writeKokoro } from './write-kokoro.ts';

serveTasks(({ directory, target }: KokoroTask) => writeKokoro(directory, target));

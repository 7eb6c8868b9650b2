/** The thread behind schema-converter.ts: schemas come as JSON text, which is cheap to send. */
import { serveTasks } from '../../../lib/serve-tasks.ts';
import { type SchemaTask, toSchemaBodies } from './schema-bodies.ts';

serveTasks((tasks: string) => toSchemaBodies(JSON.parse(tasks) as SchemaTask[]));

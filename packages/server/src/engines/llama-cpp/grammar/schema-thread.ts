/** Worker thread of schema-converter.ts. It receives schemas as JSON text, which is cheap to transfer. */
import { serveTasks } from '../../../lib/serve-tasks.ts';
import { type SchemaTask, toSchemaBodies } from './schema-bodies.ts';

serveTasks((tasks: string) => toSchemaBodies(JSON.parse(tasks) as SchemaTask[]));

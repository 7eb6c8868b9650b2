/** The thread behind schema-converter.ts: schemas come as JSON text, which is cheap to send. */
import { serveTasks } from '../../../lib/serve-tasks.ts';
import { toSchemaBodies } from './schema-bodies.ts';

serveTasks((schemas: string) => toSchemaBodies(JSON.parse(schemas) as unknown[]));

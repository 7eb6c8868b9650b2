/** A process that hosts the echo engine of a data folder until it is killed. Tells the engine's pid. */
import { silentLog } from '../../child-process/testing/silent-log.ts';
import { createEngineRoom } from '../engine-room.ts';
import { ECHO } from './echo.ts';

const [, , dataDir = ''] = process.argv;
const room = createEngineRoom({ dataDir, version: '1', leads: true, surroundings: { log: silentLog } });
const ignore = () => undefined;
const engine = room.open<{ pid: number }, string, object>(
  { program: ECHO, settings: { modelId: 'echo', threads: 1 }, slots: 4 },
  { onMessage: ignore, onEnd: ignore },
);
process.send?.((await engine.ready()).pid);
process.once('disconnect', () => process.exit());

/** A process that hosts the echo engine of a data folder until it is killed. Sends the engine's pid to its parent. */
import { silentLog } from '../../child-process/testing/silent-log.ts';
import { createEngineSharing } from '../engine-sharing.ts';
import { ECHO } from './echo.ts';

const [, , dataDir = ''] = process.argv;
const sharing = createEngineSharing({ dataDir, version: '1', leads: true, deps: { log: silentLog } });
const ignore = () => undefined;
const engine = sharing.open<{ pid: number }, string, object>(
  { program: ECHO, settings: { modelId: 'echo', threads: 1 }, slots: 4 },
  { onMessage: ignore, onEnd: ignore },
);
process.send?.((await engine.ready()).pid);
process.once('disconnect', () => process.exit());

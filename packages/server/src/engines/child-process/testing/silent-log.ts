/** A log that discards everything. */
import type { EngineLog } from '../engine-process.ts';

export const silentLog: EngineLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A log for tests that do not look at it. */
import type { EngineLog } from '../engine-process.ts';

export const silentLog: EngineLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

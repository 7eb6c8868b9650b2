/** The checks of `selfsame doctor`, in order. */
import type { Config } from '../config/load.ts';
import { checkAudio } from './doctor/audio.ts';
import { checkDatabase } from './doctor/database.ts';
import type { Check, Finding } from './doctor/finding.ts';
import { checkAddress, checkCpu, checkDisk, checkEngine, checkMemory, checkRuntime } from './doctor/machine.ts';
import { checkModels, checkRecommended, checkSources, checkUpstreams } from './doctor/models.ts';
import { checkSandbox } from './doctor/sandbox.ts';
import { checkWebSearch } from './doctor/web-search.ts';

export type { Finding };

const CHECKS: readonly Check[] = [
  checkRuntime,
  checkCpu,
  checkMemory,
  checkDisk,
  checkDatabase,
  checkAddress,
  checkEngine,
  checkModels,
  checkRecommended,
  checkSources,
  checkUpstreams,
  checkAudio,
  checkWebSearch,
  checkSandbox,
];

export async function examine(config: Config): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...[await check(config)].flat());
  return findings;
}

/** `selfsame doctor`: prints the findings; the exit status is 1 if one of them is a problem. */
import { examine, type Finding } from '../start/doctor.ts';
import { readConfig, type SettingFlags } from './settings-flags.ts';

const MARKS: Readonly<Record<Finding['state'], string>> = { ok: 'ok      ', warning: 'warning ', problem: 'PROBLEM ' };

export async function doctor(flags: SettingFlags): Promise<void> {
  const findings = await examine(readConfig(flags).config);
  for (const { what, state, seen, advice } of findings) {
    console.log(`${MARKS[state]} ${what}: ${seen}`);
    if (advice !== undefined) console.log(`          → ${advice}`);
  }
  process.exitCode = findings.some((finding) => finding.state === 'problem') ? 1 : 0;
}

/** Executes one escape, and returns what is wrong. */
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DEFAULT_SANDBOX_LIMITS,
  type Sandbox,
  SandboxInterruptedError,
  type SandboxLimits,
  type SandboxSession,
} from '../sandbox.ts';
import { type Escape, MISTAKE } from './escapes.ts';

export const SMALL_LIMITS: SandboxLimits = {
  ...DEFAULT_SANDBOX_LIMITS,
  memoryBytes: 512 * 1024 ** 2,
  diskBytes: 4 * 1024 ** 2,
  wallMs: 30_000,
};

const MAX_END_MS = 5000;

/** Processes of this machine whose command line has the text. */
export function processesWith(text: string): string[] {
  return readdirSync('/proc').filter((id) => {
    try {
      return /^\d+$/.test(id) && readFileSync(`/proc/${id}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });
}

export async function logsOf(session: SandboxSession, code: string): Promise<string> {
  let logs = '';
  for await (const output of session.run(code, new AbortController().signal)) {
    if (output.type === 'logs') logs += output.text;
  }
  return logs;
}

/** Returns `undefined` if the escape is refused, the sandbox goes on, and no process is left. */
export async function attempt(sandbox: Sandbox, attempted: Escape): Promise<string | undefined> {
  // The limits are in the command line of the processes.
  const cpuSeconds = randomInt(1_000_000, 9_000_000);
  const session = await sandbox.open({ ...SMALL_LIMITS, cpuSeconds, ...attempted.limits });
  let mistake: string | undefined;
  try {
    mistake = await attemptIn(session, attempted);
    if (mistake === undefined && !session.isOpen) mistake = await checkAnotherSession(sandbox);
  } finally {
    await session.destroy();
  }
  return mistake ?? findProcess(`"cpuSeconds":${cpuSeconds}`);
}

async function attemptIn(session: SandboxSession, attempted: Escape): Promise<string | undefined> {
  const { input, interruptions, error: expected, code } = attempted;
  async function* content() {
    if (input !== undefined) yield input.content;
  }
  if (input !== undefined) await session.putFile(input.path, content());
  try {
    const logs = await logsOf(session, code);
    if (!logs.includes('Traceback')) return `it is possible: ${logs}`;
    const message =
      logs
        .trimEnd()
        .split('\n')
        .findLast((line) => /^\S/.test(line)) ?? '';
    if (!expected.test(message) || (MISTAKE.test(message) && !expected.source.includes('ValueError'))) return logs;
    const next = await logsOf(session, '1 + 1');
    return next === '2\n' ? undefined : `the next call returns ${next}`;
  } catch (error) {
    if (error instanceof SandboxInterruptedError && interruptions.includes(error.reason)) return undefined;
    return String(error);
  }
}

async function findProcess(text: string): Promise<string | undefined> {
  for (let waited = 0; waited < MAX_END_MS; waited += 20) {
    if (processesWith(text).length === 0) return undefined;
    await sleep(20);
  }
  return `a process is left: ${processesWith(text).join()}`;
}

async function checkAnotherSession(sandbox: Sandbox): Promise<string | undefined> {
  const session = await sandbox.open(SMALL_LIMITS);
  try {
    const logs = await logsOf(session, '1 + 1');
    return logs === '2\n' ? undefined : `another session returns ${logs}`;
  } finally {
    await session.destroy();
  }
}

/** Where code of models is executed. */
import { findSandbox } from '../sandbox.ts';
import type { Check } from './finding.ts';
import { inOneLine } from './finding.ts';

const WHAT = 'execution of code';

export const checkSandbox: Check = async (config) => {
  try {
    const sandbox = await findSandbox(config);
    if (typeof sandbox !== 'string') return { what: WHAT, state: 'ok', seen: sandbox.name };
    const isOff = config.sandbox === 'none';
    return { what: WHAT, state: isOff ? 'ok' : 'warning', seen: `code_interpreter is refused. ${sandbox}` };
  } catch (error) {
    return { what: WHAT, state: 'problem', seen: inOneLine(error) };
  }
};

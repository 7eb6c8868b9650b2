/** The thread behind count-hosted-texts.ts. */
import { serveTasks } from '../../lib/serve-tasks.ts';
import { countHostedTokens } from './count.ts';

serveTasks((texts: readonly string[]) => texts.map(countHostedTokens));

/** The program of the echo engine. */

import type { ToEngine } from '../../child-process/engine-protocol.ts';
import { runUntilParentExits } from '../../child-process/heartbeat.ts';
import type { EchoTask } from './echo.ts';

process.on('message', (message: ToEngine<object, EchoTask>) => {
  if (message.type === 'load') process.send?.({ type: 'loaded', facts: { pid: process.pid } });
  else if (message.type === 'say') process.send?.({ type: 'events', events: [[message.id, message.text]] });
});
runUntilParentExits();

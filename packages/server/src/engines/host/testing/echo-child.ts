/** The program of the echo engine. */
import { liveWithParent } from '../../child-process/child-life.ts';
import type { ToEngine } from '../../child-process/messages.ts';
import type { EchoTask } from './echo.ts';

process.on('message', (message: ToEngine<object, EchoTask>) => {
  if (message.type === 'load') process.send?.({ type: 'loaded', facts: { pid: process.pid } });
  else if (message.type === 'say') process.send?.({ type: 'events', events: [[message.id, message.text]] });
});
liveWithParent();

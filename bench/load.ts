/**
 * Mixed traffic for some minutes against a program that this starts itself, with the built-in models: how long each kind of request takes, and
 * what fails. With `worker`, jobs run in a process of their own.
 *
 *   node bench/load.ts [minutes] [worker]        (default 2)
 */
import { reportTraffic } from './report-traffic.ts';
import { serve } from './served.ts';
import { openTraffic, runTraffic } from './traffic.ts';

const [minutes = '2', worker = ''] = process.argv.slice(2);

const served = await serve(worker === '' ? {} : { JOB_PLACES: '0' });
if (worker !== '') await served.startWorker();
const kinds = await openTraffic(served.url);
const reports = await runTraffic(served.url, kinds, AbortSignal.timeout(Number(minutes) * 60_000));
reportTraffic(reports);
await served.stop();

/**
 * Runs mixed traffic for some minutes against a server that this program starts with the built-in models. Prints the
 * latency of each kind of request and the failures. With `worker`, jobs run in a separate process.
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

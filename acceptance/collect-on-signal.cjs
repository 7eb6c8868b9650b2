/**
 * Preloaded into a server whose memory is measured: SIGUSR2 triggers a garbage collection, which is reported on stderr.
 * Without it a reading depends on the time of V8's last collection.
 */
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  process.stderr.write('collected\n');
});

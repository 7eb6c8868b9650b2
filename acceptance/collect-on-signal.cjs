/**
 * Preloaded into a server whose memory is measured: SIGUSR2 collects its garbage and says so on stderr. Without it a reading
 * tells when V8 last felt like collecting, not what the server holds.
 */
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

process.on('SIGUSR2', () => {
  collect();
  process.stderr.write('collected\n');
});

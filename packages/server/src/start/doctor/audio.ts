/** Which formats speech can be encoded in. */
import { AUDIO_FORMATS } from '../../audio/audio-encoder.ts';
import { createAudioEncoder } from '../../audio/encode-audio.ts';
import type { Check } from './finding.ts';

export const checkAudio: Check = async () => {
  const what = 'audio formats';
  const encoder = createAudioEncoder();
  const obstacles = await Promise.all(AUDIO_FORMATS.map((format) => encoder.findObstacle(format)));
  await encoder.close();
  const encoded = AUDIO_FORMATS.filter((_, index) => obstacles[index] === undefined);
  const seen = `speech is encoded as ${encoded.join(', ')}`;
  const advice = obstacles.filter((obstacle) => obstacle !== undefined).join(' ');
  return { what, state: 'ok', seen, ...(advice === '' ? {} : { advice }) };
};

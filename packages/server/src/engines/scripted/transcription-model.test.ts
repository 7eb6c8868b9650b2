import { expect, it } from 'vitest';
import { joinSamples, silence, tone, toRecording, transcriptionOf } from '../testing/recordings.ts';
import { runTranscriptionModelConformance } from '../transcription-model.conformance.ts';
import { createScriptedTranscriptionModel } from './transcription-model.ts';

runTranscriptionModelConformance('scripted', async () => ({
  model: createScriptedTranscriptionModel(),
  speech: tone(440, 3),
}));

it('writes down the pitch of each half second, and one segment per stretch of sound', async () => {
  const audio = joinSamples(tone(440, 0.5), tone(880, 0.5), silence(1), tone(300, 0.5));
  const options = { signal: new AbortController().signal, priority: 'online' } as const;
  const model = createScriptedTranscriptionModel();
  const events = await Array.fromAsync(model.doTranscribe(transcriptionOf(toRecording(audio)), options));
  const texts = events.flatMap((event) => (event.type === 'segment' ? [event.segment.text] : []));
  expect(texts).toEqual([' 440 880', ' 300']);
});

import { audio, type BodyOf, type CreateTranslationResponse } from '@selfsame/contract';
import type { ReceivedFile } from '../../../lib/received-file.ts';
import type { Context } from '../../../operations/context.ts';
import { implement } from '../../handler.ts';
import type { Services } from '../../services.ts';
import { toRecording } from '../recording.ts';
import { DEFAULT_REQUEST, openTranscriptionModel, runTranscription, toTranscript } from '../transcribe.ts';
import { toSegments, toTextFormat, toVerbose } from '../transcript-formats.ts';

const { create } = audio.translations;
type Body = BodyOf<typeof create>;

export default implement(
  create,
  (services) =>
    ({ body }, context) =>
      translate(services, body, context),
);

async function translate(
  services: Services,
  body: Body,
  context: Context,
): Promise<CreateTranslationResponse | string> {
  const { prompt, temperature = 0, response_format: format } = body;
  const model = await openTranscriptionModel(services, body.model, 'translate');
  // The pipeline has checked that the form field is a file.
  const recording = toRecording(body.file as ReceivedFile, services);
  const request = { ...DEFAULT_REQUEST, task: 'translate' as const, prompt, temperature, recording };
  const transcript = await toTranscript(runTranscription(model, request, context));
  const text = toTextFormat(transcript, format);
  if (text !== undefined) return text;
  if (format === 'verbose_json') return { ...toVerbose(transcript, 'translate'), segments: toSegments(transcript) };
  return { text: transcript.text };
}

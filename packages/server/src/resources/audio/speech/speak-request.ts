/** Checks a request for speech against the model that speaks. Pure. */
import type { CreateSpeechRequest } from '@selfsame/contract';
import type { SpeakRequest, SpeechModelCapabilities } from '../../../engines/speech-model.ts';
import { errors } from '../../../errors/catalogue.ts';

interface Speaker {
  modelId: string;
  capabilities: SpeechModelCapabilities;
}

/** Throws ApiError for a parameter that the model cannot honour. */
export function toSpeakRequest(body: CreateSpeechRequest, speaker: Speaker): SpeakRequest {
  const { input, instructions = '', speed = 1, voice } = body;
  const { modelId, capabilities } = speaker;
  if (input.trim() === '') {
    throw errors.outOfRange(
      'input',
      "Invalid 'input': expected a text to speak, but got an empty one.",
      'empty_string',
    );
  }
  if (instructions !== '' && !capabilities.followsInstructions) {
    throw errors.unsupportedParameter('instructions', `The model '${modelId}' does not follow instructions.`);
  }
  const { min, max } = capabilities.speeds;
  if (speed < min || speed > max) {
    throw errors.unsupportedValue('speed', `The model '${modelId}' speaks at ${min} to ${max} times its normal speed.`);
  }
  const known = toVoice(voice, speaker);
  return { text: input, voice: known, speed, ...(instructions !== '' && { instructions }) };
}

function toVoice(voice: CreateSpeechRequest['voice'], { modelId, capabilities }: Speaker): string {
  if (typeof voice !== 'string') {
    throw errors.unsupportedValue('voice', `Custom voices are not supported: name a voice instead of '${voice.id}'.`);
  }
  const { voices, hostedVoices } = capabilities;
  const own = Object.hasOwn(hostedVoices, voice) ? hostedVoices[voice] : undefined;
  if (own !== undefined) return own;
  if (voices.length === 0 || voices.some(({ id }) => id === voice)) return voice;
  const names = [...Object.keys(hostedVoices), ...voices.map(({ id }) => id)].join(', ');
  throw errors.invalidValue('voice', `The model '${modelId}' has no voice '${voice}'. Its voices are ${names}.`);
}

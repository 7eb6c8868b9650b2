import { runSpeechModelConformance } from '../speech-model.conformance.ts';
import { createScriptedSpeechModel } from './speech-model.ts';

const SENTENCES = 'One two three. Four five six. Seven eight. Nine ten. Eleven.';

runSpeechModelConformance('scripted', async () => ({
  model: createScriptedSpeechModel(),
  voices: ['scripted_alloy', 'scripted_onyx'],
  slow: `@script {"delayMs":150}\n${SENTENCES}`,
}));

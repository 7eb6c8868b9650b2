/**
 * Refined types of parameters: `Temperature(0.7)` returns the number, `Temperature(3)` throws. The value is accepted
 * by every method that takes the parameter.
 */

import { CreateAssistantRequest } from '@selfsame/contract/assistants';
import { CreateAssistantRequestV1 } from '@selfsame/contract/assistants/v1';
import { CreateSpeechRequest } from '@selfsame/contract/audio/speech';
import { CreateChatCompletionRequest } from '@selfsame/contract/chat/completions/request';
import { CreateCompletionRequest } from '@selfsame/contract/completions/request';
import { CreateEmbeddingRequest } from '@selfsame/contract/embeddings';
import { FineTuneSupervisedHyperparameters } from '@selfsame/contract/fine-tuning/hyperparameters';
import { CreateFineTuningJobRequest } from '@selfsame/contract/fine-tuning/jobs/request';
import { CreateImageRequest } from '@selfsame/contract/images/requests';
import { span } from '@selfsame/contract/threads/content';
import { type Refined, refineNumber, refineString } from './refine.ts';

export { type Refined, RefinedTypeError, type Refinement } from './refine.ts';

export const Temperature = refineNumber<'Temperature'>(CreateChatCompletionRequest, 'temperature');
export type Temperature = Refined<number, 'Temperature'>;

export const TopP = refineNumber<'TopP'>(CreateChatCompletionRequest, 'top_p');
export type TopP = Refined<number, 'TopP'>;

export const FrequencyPenalty = refineNumber<'FrequencyPenalty'>(CreateChatCompletionRequest, 'frequency_penalty');
export type FrequencyPenalty = Refined<number, 'FrequencyPenalty'>;

export const PresencePenalty = refineNumber<'PresencePenalty'>(CreateChatCompletionRequest, 'presence_penalty');
export type PresencePenalty = Refined<number, 'PresencePenalty'>;

/** The number of choices of a chat completion or a completion. */
export const N = refineNumber<'N'>(CreateChatCompletionRequest, 'n');
export type N = Refined<number, 'N'>;

export const TopLogprobs = refineNumber<'TopLogprobs'>(CreateChatCompletionRequest, 'top_logprobs');
export type TopLogprobs = Refined<number, 'TopLogprobs'>;

export const Seed = refineNumber<'Seed'>(CreateChatCompletionRequest, 'seed');
export type Seed = Refined<number, 'Seed'>;

export const BestOf = refineNumber<'BestOf'>(CreateCompletionRequest, 'best_of');
export type BestOf = Refined<number, 'BestOf'>;

/** The number of most likely tokens of a legacy completion. */
export const Logprobs = refineNumber<'Logprobs'>(CreateCompletionRequest, 'logprobs');
export type Logprobs = Refined<number, 'Logprobs'>;

export const MaxTokens = refineNumber<'MaxTokens'>(CreateCompletionRequest, 'max_tokens');
export type MaxTokens = Refined<number, 'MaxTokens'>;

export const Dimensions = refineNumber<'Dimensions'>(CreateEmbeddingRequest, 'dimensions');
export type Dimensions = Refined<number, 'Dimensions'>;

export const StartIndex = refineNumber<'StartIndex'>({ properties: span }, 'start_index');
export type StartIndex = Refined<number, 'StartIndex'>;

export const EndIndex = refineNumber<'EndIndex'>({ properties: span }, 'end_index');
export type EndIndex = Refined<number, 'EndIndex'>;

/** The name of an assistant. */
export const Name = refineString<'Name'>(CreateAssistantRequest, 'name');
export type Name = Refined<string, 'Name'>;

/** The description of an assistant. */
export const Description = refineString<'Description'>(CreateAssistantRequest, 'description');
export type Description = Refined<string, 'Description'>;

/** The instructions of an assistant. */
export const Instructions = refineString<'Instructions'>(CreateAssistantRequest, 'instructions');
export type Instructions = Refined<string, 'Instructions'>;

/** The instructions of an assistant in the Assistants API v1, which allows fewer characters. */
export const InstructionsV1 = refineString<'InstructionsV1'>(CreateAssistantRequestV1, 'instructions');
export type InstructionsV1 = Refined<string, 'InstructionsV1'>;

/** The number of images of a request. */
export const ImageN = refineNumber<'ImageN'>(CreateImageRequest, 'n');
export type ImageN = Refined<number, 'ImageN'>;

export const Speed = refineNumber<'Speed'>(CreateSpeechRequest, 'speed');
export type Speed = Refined<number, 'Speed'>;

/** The number of passes through the training file. */
export const NEpochs = refineNumber<'NEpochs'>(FineTuneSupervisedHyperparameters, 'n_epochs');
export type NEpochs = Refined<number, 'NEpochs'>;

/** Part of the name of a fine-tuned model. */
export const Suffix = refineString<'Suffix'>(CreateFineTuningJobRequest, 'suffix');
export type Suffix = Refined<string, 'Suffix'>;

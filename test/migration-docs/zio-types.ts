/**
 * The types of the package `model` of zio-openai, and ours. The compiler checks that ours exist; `zio-openai.ts` reads
 * this text for docs/migration/zio-openai.md. Of two types, the first is that of the Assistants API v1.
 */
import type { SelfsameError, Uploadable } from '@selfsame/client';
import type * as Refined from '@selfsame/client/refined';
import type * as Wire from '@selfsame/contract';

/** A type without a counterpart. */
export type None = never;

export interface ZioTypes {
  AssistantFileObject: Wire.AssistantFileObject;
  AssistantObject: Wire.AssistantObjectV1 | Wire.AssistantObject;
  AssistantToolsCode: Wire.AssistantToolsCode;
  AssistantToolsFunction: Wire.AssistantToolsFunction;
  AssistantToolsRetrieval: Wire.AssistantToolsRetrieval;
  AssistantsListAssistantFilesOrder: Wire.PageQuery['order'];
  AssistantsListAssistantsOrder: Wire.PageQuery['order'];
  /** The number among the alternatives of `n_epochs`; the other is `auto`. */
  CaseType1: Refined.NEpochs;
  ChatCompletionFunctionCallOption: Wire.ChatCompletionFunctionCallOption;
  ChatCompletionFunctions: Wire.ChatCompletionFunctions;
  ChatCompletionMessageToolCall: Wire.ChatCompletionMessageToolCall;
  ChatCompletionMessageToolCallChunk: Wire.ChatCompletionMessageToolCallChunk;
  ChatCompletionNamedToolChoice: Wire.ChatCompletionNamedToolChoice;
  ChatCompletionRequestAssistantMessage: Wire.ChatCompletionRequestAssistantMessage;
  ChatCompletionRequestFunctionMessage: Wire.ChatCompletionRequestFunctionMessage;
  ChatCompletionRequestMessage: Wire.ChatCompletionRequestMessage;
  /** Newer kinds of parts are `…InputAudio` and `…File`. */
  ChatCompletionRequestMessageContentPart:
    | Wire.ChatCompletionRequestMessageContentPartText
    | Wire.ChatCompletionRequestMessageContentPartImage;
  ChatCompletionRequestMessageContentPartImage: Wire.ChatCompletionRequestMessageContentPartImage;
  ChatCompletionRequestMessageContentPartText: Wire.ChatCompletionRequestMessageContentPartText;
  ChatCompletionRequestSystemMessage: Wire.ChatCompletionRequestSystemMessage;
  ChatCompletionRequestToolMessage: Wire.ChatCompletionRequestToolMessage;
  ChatCompletionRequestUserMessage: Wire.ChatCompletionRequestUserMessage;
  ChatCompletionResponseMessage: Wire.ChatCompletionResponseMessage;
  ChatCompletionRole: Wire.ChatCompletionRequestMessage['role'];
  ChatCompletionStreamResponseDelta: Wire.ChatCompletionStreamResponseDelta;
  ChatCompletionTokenLogprob: Wire.ChatCompletionTokenLogprob;
  ChatCompletionTool: Wire.ChatCompletionTool;
  ChatCompletionToolChoiceOption: Wire.ChatCompletionToolChoiceOption;
  Code: NonNullable<Wire.RunObject['last_error']>['code'];
  CompletionUsage: Wire.CompletionUsage;
  CreateAssistantFileRequest: Wire.CreateAssistantFileRequest;
  CreateAssistantRequest: Wire.CreateAssistantRequestV1 | Wire.CreateAssistantRequest;
  /** The deprecated functions have the same response as tools. */
  CreateChatCompletionFunctionResponse: Wire.CreateChatCompletionResponse;
  /** A free map that no operation returns. */
  CreateChatCompletionImageResponse: Record<string, unknown>;
  CreateChatCompletionRequest: Wire.CreateChatCompletionRequest;
  CreateChatCompletionResponse: Wire.CreateChatCompletionResponse;
  CreateChatCompletionStreamResponse: Wire.ChatCompletionChunk;
  CreateCompletionRequest: Wire.CreateCompletionRequest;
  CreateCompletionResponse: Wire.CreateCompletionResponse;
  CreateEmbeddingRequest: Wire.CreateEmbeddingRequest;
  CreateEmbeddingResponse: Wire.CreateEmbeddingResponse;
  CreateFileRequest: Wire.CreateFileRequest;
  CreateFineTuningJobRequest: Wire.CreateFineTuningJobRequest;
  CreateImageEditRequest: Wire.CreateImageEditRequest;
  CreateImageRequest: Wire.CreateImageRequest;
  CreateImageVariationRequest: Wire.CreateImageVariationRequest;
  CreateMessageRequest: Wire.CreateMessageRequestV1 | Wire.CreateMessageRequest;
  CreateModerationRequest: Wire.CreateModerationRequest;
  CreateModerationResponse: Wire.CreateModerationResponse;
  CreateRunRequest: Wire.CreateRunRequestV1 | Wire.CreateRunRequest;
  CreateSpeechRequest: Wire.CreateSpeechRequest;
  CreateThreadAndRunRequest: Wire.CreateThreadAndRunRequestV1 | Wire.CreateThreadAndRunRequest;
  CreateThreadRequest: Wire.CreateThreadRequestV1 | Wire.CreateThreadRequest;
  CreateTranscriptionRequest: Wire.CreateTranscriptionRequest;
  CreateTranscriptionResponse: Wire.CreateTranscriptionResponse;
  CreateTranslationRequest: Wire.CreateTranslationRequest;
  CreateTranslationResponse: Wire.CreateTranslationResponse;
  DeleteAssistantFileResponse: Wire.DeleteAssistantFileResponse;
  DeleteAssistantResponse: Wire.DeleteAssistantResponse;
  DeleteFileResponse: Wire.DeleteFileResponse;
  DeleteMessageResponse: Wire.DeleteMessageResponse;
  DeleteModelResponse: Wire.DeleteModelResponse;
  DeleteThreadResponse: Wire.DeleteThreadResponse;
  Description: Refined.Description;
  Embedding: Wire.Embedding;
  EndIndex: Refined.EndIndex;
  Error: Wire.ErrorObject;
  ErrorResponse: Wire.ErrorResponse;
  /** A `File`, a `Blob`, a path or a stream. */
  File: Uploadable;
  FineTuningJob: Wire.FineTuningJob;
  FineTuningJobEvent: Wire.FineTuningJobEvent;
  FinishReason: Wire.CreateChatCompletionResponse['choices'][number]['finish_reason'];
  FrequencyPenalty: Refined.FrequencyPenalty;
  FunctionObject: Wire.FunctionObject;
  FunctionParameters: Wire.FunctionParameters;
  Image: Wire.Image;
  ImagesResponse: Wire.ImagesResponse;
  /** Assistants API v1 allows 32,768 characters, v2 256,000. */
  Instructions: Refined.InstructionsV1 | Refined.Instructions;
  ListAssistantFilesResponse: Wire.ListAssistantFilesResponse;
  ListAssistantsResponse: Wire.ListAssistantsResponseV1 | Wire.ListAssistantsResponse;
  ListFilesResponse: Wire.ListFilesResponse;
  ListFineTuningJobEventsResponse: Wire.ListFineTuningJobEventsResponse;
  ListMessageFilesResponse: Wire.ListMessageFilesResponse;
  ListMessagesResponse: Wire.ListMessagesResponseV1 | Wire.ListMessagesResponse;
  ListModelsResponse: Wire.ListModelsResponse;
  ListPaginatedFineTuningJobsResponse: Wire.ListPaginatedFineTuningJobsResponse;
  ListRunStepsResponse: Wire.ListRunStepsResponseV1 | Wire.ListRunStepsResponse;
  ListRunsResponse: Wire.ListRunsResponseV1 | Wire.ListRunsResponse;
  /** The API has no operation that lists threads. */
  ListThreadsResponse: None;
  MessageContentImageFileObject: Wire.MessageContentImageFileObject;
  MessageContentTextAnnotationsFileCitationObject: Wire.MessageContentTextAnnotationsFileCitationObject;
  MessageContentTextAnnotationsFilePathObject: Wire.MessageContentTextAnnotationsFilePathObject;
  MessageContentTextObject: Wire.MessageContentTextObject;
  MessageFileObject: Wire.MessageFileObject;
  MessageObject: Wire.MessageObjectV1 | Wire.MessageObject;
  Model: Wire.Model;
  ModifyAssistantRequest: Wire.ModifyAssistantRequestV1 | Wire.ModifyAssistantRequest;
  ModifyMessageRequest: Wire.ModifyMessageRequest;
  ModifyRunRequest: Wire.ModifyRunRequest;
  ModifyThreadRequest: Wire.ModifyThreadRequestV1 | Wire.ModifyThreadRequest;
  /** `n` of images; `N` is that of chat and completions. */
  N: Refined.ImageN;
  Name: Refined.Name;
  /** The errors of the API are classes such as `NotFoundError`. */
  OpenAIFailure: SelfsameError;
  OpenAIFile: Wire.OpenAIFile;
  PresencePenalty: Refined.PresencePenalty;
  ResponseFormat: NonNullable<Wire.CreateImageRequest['response_format']>;
  RunCompletionUsage: Wire.RunCompletionUsage;
  RunObject: Wire.RunObjectV1 | Wire.RunObject;
  RunStepCompletionUsage: Wire.RunStepCompletionUsage;
  RunStepDetailsMessageCreationObject: Wire.RunStepDetailsMessageCreationObject;
  RunStepDetailsToolCallsCodeObject: Wire.RunStepDetailsToolCallsCodeObject;
  RunStepDetailsToolCallsCodeOutputImageObject: Wire.RunStepDetailsToolCallsCodeOutputImageObject;
  RunStepDetailsToolCallsCodeOutputLogsObject: Wire.RunStepDetailsToolCallsCodeOutputLogsObject;
  RunStepDetailsToolCallsFunctionObject: Wire.RunStepDetailsToolCallsFunctionObject;
  RunStepDetailsToolCallsObject: Wire.RunStepDetailsToolCallsObject;
  RunStepDetailsToolCallsRetrievalObject: Wire.RunStepDetailsToolCallsRetrievalObject;
  RunStepObject: Wire.RunStepObjectV1 | Wire.RunStepObject;
  RunToolCallObject: Wire.RunToolCallObject;
  /** Newer models allow more sizes. */
  Size: NonNullable<Wire.CreateImageRequest['size']>;
  StartIndex: Refined.StartIndex;
  SubmitToolOutputsRunRequest: Wire.SubmitToolOutputsRunRequest;
  Temperature: Refined.Temperature;
  ThreadObject: Wire.ThreadObjectV1 | Wire.ThreadObject;
  ThreadsListMessageFilesOrder: Wire.PageQuery['order'];
  ThreadsListMessagesOrder: Wire.PageQuery['order'];
  ThreadsListRunStepsOrder: Wire.PageQuery['order'];
  ThreadsListRunsOrder: Wire.PageQuery['order'];
  TopP: Refined.TopP;
}

/** Intended differences. A reason without a matching difference fails the comparison, so the list stays current. */

export interface Reason {
  /** Matched against whole lines: `VERSION DIRECTION PLACE: DIFFERENCE`. */
  pattern: RegExp;
  reason: string;
}

export const reasons: readonly Reason[] = [
  {
    pattern: /^\S+ response VectorStoreFileObject\.x_selfsame_warnings: is only here$/,
    reason: 'an extension: what of a file could not be read although the rest is searched',
  },
  {
    pattern:
      /\.(messages|additional_messages|content|logit_bias): (maxItems|maxProperties) is 2048 here, absent there$/,
    reason:
      'a ceiling that keeps a request from holding the server up; the messages are as many as the hosted service takes',
  },
  {
    pattern: /(request|response) Metadata(\{\})?: (maxProperties|propertyNames|maxLength) is .* here, absent there$/,
    reason: 'the limits of metadata (16 pairs, 64 and 512 characters) stand in the prose of every description',
  },
  {
    pattern:
      / (FunctionObject|ChatCompletionFunctions|ResponseFormatJsonSchema\.json_schema)\.name: (maxLength|pattern) is /,
    reason: 'the rule for names (letters, digits, _ and -, at most 64) stands in the prose of every description',
  },
  {
    pattern: / Create(Chat)?CompletionRequest\.logit_bias\{\}: (minimum is -100|maximum is 100) here, absent there$/,
    reason: 'the range of a bias stands in the prose of every description',
  },
  {
    pattern: / CreateChatCompletionRequest\.tools: maxItems is 128 here, absent there$/,
    reason: 'the prose of 2024-05 and 2025-04 allows 128 tools, and no description more',
  },
  {
    pattern: / CreateChatCompletionRequest\.max_(completion_)?tokens: minimum is 1 here, absent there$/,
    reason: 'an answer of no tokens is none; zero and less are refused by name',
  },
  {
    pattern: /^latest request CreateChatCompletionRequest\.top_logprobs: null is allowed here, not there$/,
    reason: 'the current description says it thrice, twice with null, as the older ones do',
  },
  {
    pattern:
      /^latest request ChatCompletionRequestMessageContentPartImage\.image_url: alternative string is only here$/,
    reason: 'the examples of 2024-05 send the bare URL, and so do old applications',
  },
  {
    pattern: / \S+: maximum is 2147483647 here, absent there$/,
    reason: 'no count is larger; values like 1e308 would be accepted and fail later',
  },
  {
    pattern: / request CreateEmbeddingRequest\.input\[\](\[\])?: minimum is 0 here, absent there$/,
    reason: 'no token id is negative',
  },
  {
    pattern: / StaticChunkingStrategy\.chunk_overlap_tokens: maximum is 2048 here, absent there$/,
    reason: 'half of the largest chunk, as its description says',
  },
  {
    pattern: / ChatCompletionRequestMessageContentPartImage\.image_url\.detail: has the values original only here$/,
    reason: 'newer than the description: the official client 7.57 sends it',
  },
  {
    pattern: /^\S+ request ChatCompletionRequestToolMessage\.name: is only here$/,
    reason: 'agents of LangChain say which function a result is of; as with every role, a template may show it',
  },
  {
    pattern:
      /^2024-05 request CreateChatCompletionRequest\.response_format: no alternative object type=text\|json_object$/,
    reason: 'one object there, two here; both values of its type are alternatives of their own',
  },
  {
    pattern: / CreateEmbeddingRequest\.input(\[\])?: minLength is 1 here, absent there$/,
    reason: 'the prose of every description refuses an empty string',
  },
  {
    pattern: / CreateEmbeddingRequest\.input\[\]: default is absent here, "" there$/,
    reason: 'the default of an item is the empty string, which is refused',
  },
  {
    pattern: /^latest response Embedding\.embedding: alternative string is only here$/,
    reason: 'with `encoding_format: base64`, which every description offers, the vector is a string',
  },
  {
    pattern: /^\S+ request \S+ query "limit": (minimum|maximum) is \d+ here, absent there$/,
    reason: 'the prose of every list gives the range of its limit',
  },
  {
    pattern: /^\S+ response (List\w+|\w+List)\.(first_id|last_id): null is allowed here, not there$/,
    reason: 'an empty page has no first and no last object; the official clients take null',
  },
  {
    pattern: /^\S+ response ListBatchesResponse\.(first_id|last_id): is required only here$/,
    reason: 'every list of this server says where its page begins and ends',
  },
  {
    pattern: /^\S+ response ListFilesResponse\.object: only list here, any value there$/,
    reason: 'the only value that the descriptions show',
  },
  {
    pattern: /^\S+ response files\.content answer: (application\/json is missing|\*\/\* is only here)$/,
    reason: 'the descriptions call the bytes of a file a JSON string; they are bytes, as the clients read them',
  },
  {
    pattern: / CreateUploadRequest\.(filename|mime_type): minLength is 1 here, absent there$/,
    reason: 'a file without a name or a media type is none',
  },
  {
    pattern: / CreateUploadRequest\.bytes: (minimum is 0|maximum is 8589934592) here, absent there$/,
    reason: 'the prose of every description allows 8 GB',
  },
  {
    pattern: /^\S+ response Upload\.(file: null is allowed here, not there|object: is required only here)$/,
    reason: 'the official clients take null for a file that is not there yet, and want the name of the object',
  },
  {
    pattern:
      / AssistantsApiResponseFormatOption(<string>: has the values none only here|: no alternative object type=text\|json_object)$/,
    reason: 'the description of 2024-05 has `none`, and one object where there are two here',
  },
  {
    pattern: /^latest response AssistantObject\.reasoning_effort: is only here$/,
    reason: 'a request may set it, so the response contains it',
  },
  {
    pattern: /^\S+ response List(Assistants|Messages|Runs|RunSteps)Response\.object: only list here, any value there$/,
    reason: 'the only value that the descriptions show',
  },
  {
    pattern:
      / (CreateMessageRequest\.content|MessageRequestContentTextObject\.text): (minLength is 1|maxLength is 256000) here, absent there$/,
    reason: 'the description of 2024-05 has both limits; a text that is a part is no longer than one that stands alone',
  },
  {
    pattern: / (CreateMessageRequest|MessageObject)\.attachments\[\]\.(file_id|tools): is required only here$/,
    reason: 'the descriptions require both of the list instead of its items; an attachment without them is none',
  },
  {
    pattern:
      /^latest request Create(Assistant|Thread)Request\.tool_resources\.file_search<object >\.vector_stores\[\]\.file_ids: maxItems is 10000 here, 100000000 there$/,
    reason: 'what the older descriptions have, and what a vector store holds here',
  },
  {
    pattern: / Create(Assistant|Thread)Request\.tool_resources\.file_search: no alternative object {2}#1$/,
    reason: 'one object with both ways to name a store; that they exclude each other is checked where they are read',
  },
  {
    pattern:
      / MessageContentTextAnnotationsFileCitationObject\.file_citation\.quote: is (missing|required only there)$/,
    reason: 'newer descriptions have no quotes any more',
  },
  {
    pattern:
      /^any request (assistants|threads\.messages)\.files\.(create|list|retrieve|delete): no description has it$/,
    reason: 'of the first version of assistants, which is older than the descriptions',
  },
  {
    pattern: /^latest request CreateCompletionRequest\.prompt: is required only there$/,
    reason: 'it has a default in every description',
  },
  {
    pattern:
      / CreateCompletionRequest\.prompt(\[\])*: (minItems is 1|maxItems is 2048|minimum is 0) here, absent there$/,
    reason: 'no prompt at all asks for nothing; token ids are not negative',
  },
  {
    pattern: / CreateCompletionRequest\.prompt\[\]: default is absent here, "" there$/,
    reason: 'a default of an item of a list says nothing',
  },
  {
    pattern: / CreateCompletionRequest\.seed: (minimum|maximum) is -?9223372036854776000 here, absent there$/,
    reason: 'its format is int64',
  },
  {
    pattern: / CompletionLogprobs\.(token_logprobs|top_logprobs)\[\]: null is allowed here, not there$/,
    reason: 'with `echo`, the first token of the prompt has none; the hosted service says null too',
  },
  {
    pattern:
      /^latest response threads\.(createAndRun|runs\.create|runs\.submitToolOutputs) answer: text\/event-stream is only here$/,
    reason: 'the stream stands there as the schema AssistantStreamEvent and in the prose of `stream`',
  },
  {
    pattern:
      / (RunObject|Create(ThreadAnd)?RunRequest)\.(truncation_strategy|tool_choice): null is allowed here, not there$/,
    reason: 'they are nullable there in words that OpenAPI 3.1 does not know',
  },
  {
    pattern: /^\S+ response RunObject\.tool_resources: is only here$/,
    reason: 'the examples of every description answer it',
  },
  {
    pattern: /^2024-05 response RunStepDetailsToolCallsFileSearchObject\.file_search: further properties:/,
    reason: 'it was always empty then; what is in it now has names',
  },
  {
    pattern: / response RunObject\.tools: maxItems is 128 here, 20 there$/,
    reason: 'a run has the tools of its assistant, which may be 128',
  },
  {
    pattern: /^latest response completions\.create answer: text\/event-stream is only here$/,
    reason: 'the description says in prose that the answer streams',
  },
  {
    pattern: /^latest response OpenAIFile\.purpose: has the values evals only here$/,
    reason: 'a file may be uploaded for evals, and says so; the description forgets it in the answer',
  },
  {
    pattern: /^\S+ response ChatCompletion(Message)?List\.object: default is absent here, "list" there$/,
    reason: 'an answer has no defaults: it is always there',
  },
  {
    pattern: /^\S+ request chat\.completions\.list query "metadata": null is allowed there, not here$/,
    reason: 'a query cannot say null',
  },
  {
    pattern: / response StoredChatCompletionMessage[.:]/,
    reason:
      'the descriptions type the messages of a request as those of an answer; their example, and every request, has other roles, names and parts',
  },
  {
    pattern: /^\S+ (request|response) StaticChunkingStrategy\.chunk_overlap_tokens: minimum is 0 here, absent there$/,
    reason: 'chunks do not share less than nothing',
  },
  {
    pattern: /^\S+ response List(VectorStores|VectorStoreFiles)Response\.object: only list here, any value there$/,
    reason: 'the only value that the descriptions show',
  },
  {
    pattern:
      /^\S+ request VectorStoreSearchRequest\.query(\[\])?: (minLength|minItems|maxItems) is (absent|\d+) here, (absent|1) there$/,
    reason:
      'an empty query looks for nothing; the number of queries is bounded; the least of a list stands at its items there',
  },
  {
    pattern: /^\S+ response VectorStoreSearchResultsPage\.search_query\[\]: minItems is absent here, 1 there$/,
    reason: 'the least of a list stands at its items there',
  },
  {
    pattern: /^latest request ComparisonFilter\.type: default is absent here, "eq" there$/,
    reason: 'it is required, so that its default has no use',
  },
  {
    pattern: /^\S+ request CompoundFilter\.filters: minItems is 1 here, absent there$/,
    reason: 'what is true of all of none, and of one of none, is a riddle',
  },
  {
    pattern:
      /^\S+ request (CompoundFilter\.filters\[\]|VectorStoreSearchRequest\.filters): (no alternative (any|object type=eq\|ne\|gt\|gte\|lt\|lte)|alternative object type=and\|or is only here)$/,
    reason:
      'filters nest in themselves, for which the descriptions have other words; the comparisons of 2025-04 are among those of today',
  },
  {
    pattern: /^\S+ (request|response) VectorStoreFileAttributes\{\}: maxLength is 512 here, absent there$/,
    reason: 'it stands there at the texts among the values',
  },
  {
    pattern: /^latest request UpdateVectorStoreRequest\.expires_after: null is allowed here, not there$/,
    reason: 'it is nullable there in words that OpenAPI 3.1 does not know; null takes the expiry away',
  },
  {
    pattern:
      /^\S+ response VectorStoreFileContentResponse\.data\[\]\.(type|text): (only text here, any value there|is required only here)$/,
    reason: 'the only kind of content that the descriptions name, always whole',
  },
  {
    pattern: /^\S+ response StaticChunkingStrategyResponseParam: no alternative object type=other$/,
    reason: 'for files from before there was chunking, of which this server has none',
  },
  {
    pattern: /^latest request CreateVectorStoreFileBatchRequest: no alternative object {2}#1$/,
    reason: 'that `file_ids` or `files` is there is a rule of the operation, which names what is missing',
  },
  {
    pattern: /^2024-05 response VectorStoreFileObject\.last_error\.code: lacks the values internal_error, /,
    reason: 'names of a few weeks in 2024; the clients of both generations know those of today',
  },
  {
    pattern:
      /^latest response ChatCompletionMessageToolCallChunk\.(type: has the values custom only here|custom: is only here)$/,
    reason:
      'calls of custom tools are streamed as the official client 7.57 reads them; the description knows them only whole',
  },
];

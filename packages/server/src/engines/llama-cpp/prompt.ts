/** Messages → tokens. Invariants: exactly one BOS where the model wants one; text of the messages never becomes a control token. */
import type { LanguageModelMessage } from '../language-model.ts';
import type { RenderChat } from './chat-template.ts';
import type { ControlTokenGuard } from './control-tokens.ts';

export interface PromptTokenizer<Token extends number> {
  /** `continues` = the text goes on from an earlier piece, so that no space is put before it. */
  tokenize(text: string, continues: boolean): Token[];
  /** Put at the beginning when the template did not; undefined = the model wants none. */
  bos: Token | undefined;
}

export interface PromptOptions<Token extends number> {
  render: RenderChat;
  guard: ControlTokenGuard;
  tokenizer: PromptTokenizer<Token>;
}

/** The prompt's tokens. Throws EngineFailure `invalid_messages` where the chat template refuses. */
export function tokenizePrompt<Token extends number>(
  messages: readonly LanguageModelMessage[],
  { render, guard, tokenizer }: PromptOptions<Token>,
): Token[] {
  const sentinel = guard.chooseSentinel(messages.flatMap(({ content, name = '' }) => [content, name]));
  const text = render(
    messages.map((message) => ({
      ...message,
      content: guard.protect(message.content, sentinel),
      ...(message.name === undefined ? {} : { name: guard.protect(message.name, sentinel) }),
    })),
  );
  const tokens = text.split(sentinel).flatMap((piece, index) => tokenizer.tokenize(piece, index > 0));
  if (tokenizer.bos !== undefined && tokens[0] !== tokenizer.bos) tokens.unshift(tokenizer.bos);
  return tokens;
}

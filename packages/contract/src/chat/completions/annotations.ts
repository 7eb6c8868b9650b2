/**
 * Citations of web pages in an answer. Clients send them back with the message, so the request accepts the same shape.
 */
import Type from 'typebox';

export const ChatCompletionAnnotations = Type.Array(
  Type.Object({
    type: Type.Literal('url_citation'),
    url_citation: Type.Object({
      start_index: Type.Integer({ description: 'First character of the citation in the text.' }),
      end_index: Type.Integer({ description: 'Last character of the citation in the text.' }),
      url: Type.String({ description: 'URL of the page.' }),
      title: Type.String({ description: 'The title of the page.' }),
    }),
  }),
);

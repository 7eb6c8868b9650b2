/** Types of the used part of html-to-text 10, which has none itself. */
declare module 'html-to-text' {
  /** A node of the parsed document. */
  export interface DomNode {
    name?: string;
    children?: DomNode[];
  }
  export interface BlockTextBuilder {
    openBlock(options: { leadingLineBreaks: number }): void;
    closeBlock(options: { trailingLineBreaks: number }): void;
    addInline(text: string): void;
    addLiteral(text: string): void;
  }
  export type FormatCallback = (
    node: DomNode,
    walk: (children: DomNode[] | undefined, builder: BlockTextBuilder) => void,
    builder: BlockTextBuilder,
  ) => void;
  export interface HtmlToTextOptions {
    wordwrap?: false;
    decodeEntities?: boolean;
    formatters?: Readonly<Record<string, FormatCallback>>;
    limits?: { maxDepth?: number; maxInputLength?: number; ellipsis?: string };
    selectors?: readonly { selector: string; format: string; options?: object }[];
  }
  export function convert(html: string, options: HtmlToTextOptions): string;
}

// The parts of these libraries that we call; they ship no types of their own.
declare module 'libmime' {
  const libmime: { decodeWords(text: string): string };
  export default libmime;
}
declare module 'mailparser' {
  import type { Transform, Readable } from 'node:stream';
  export interface ParsedAttachment {
    readonly type: 'attachment';
    readonly content: Readable;
    /** False where the header of a part names no type that can be read. */
    readonly contentType: string | false;
    readonly contentDisposition?: string;
    readonly filename?: string;
    readonly contentId?: string;
    readonly related?: boolean;
    readonly headers: ReadonlyMap<string, unknown>;
    readonly release: (() => void) | null;
  }
  export interface ParsedText {
    readonly type: 'text';
    readonly text?: string;
    readonly html?: string;
  }
  export interface Node {
    contentType: string | false;
    readonly isAttachment?: boolean;
    textContent?: string;
    readonly children: readonly Node[];
    readonly node: SplitNode;
  }
  export interface SplitChunk {
    readonly type: 'node' | 'data' | 'body';
    readonly value?: Buffer;
    /** The part that a piece belongs to. */
    readonly node?: SplitNode;
  }
  /** A part as the splitter sees it: of a chunk of type `node`. */
  export interface SplitNode extends SplitChunk {
    contentType: string | false;
    charset: string | false;
    readonly parentNode: { readonly multipart: string | false } | false;
    readonly headers: { hasHeader(name: string): boolean };
    readonly _parentBoundary: Buffer | false;
    readonly _parentBoundaryOwner: SplitNode | false;
  }
  export interface Splitter {
    /** The part that lines go to. */
    node: SplitNode;
    /** What a line is to this part: 1 begins a child, 2 ends the children, 3 begins a sibling, 4 ends the siblings. */
    checkBoundary(line: Buffer): 1 | 2 | 3 | 4 | false;
    compareBoundary(line: Buffer, start: number, boundary: Buffer): 1 | 2 | false;
  }
  /** Only compared with, in tests. */
  export interface Simple {
    readonly subject?: string;
    readonly from?: { readonly value: readonly { readonly address?: string }[] };
    readonly date?: Date;
    readonly text?: string;
    readonly html?: string | false;
    readonly attachments: readonly { readonly filename?: string }[];
  }
  export function simpleParser(bytes: Buffer, options: object): Promise<Simple>;
  export class MailParser extends Transform {
    constructor(options: object);
    readonly tree: Node | false;
    readonly curnode: Node | false;
    readonly splitter: Splitter;
    processChunk(data: SplitChunk, done: (error?: Error) => void): void;
    getTextContent(): ParsedText;
  }
}
declare module 'html-to-text' {
  export function compile(options: object): (html: string) => string;
}

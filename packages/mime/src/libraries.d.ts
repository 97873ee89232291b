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
    readonly contentType: string | false;
    readonly isAttachment?: boolean;
    readonly textContent?: string;
    readonly children: readonly Node[];
  }
  export interface SplitChunk {
    readonly type: 'node' | 'data' | 'body';
    readonly value?: Buffer;
  }
  export class MailParser extends Transform {
    constructor(options: object);
    readonly tree: Node | false;
    readonly curnode: Node | false;
    processChunk(data: SplitChunk, done: (error?: Error) => void): void;
    getTextContent(): ParsedText;
  }
}
declare module 'html-to-text' {
  export function compile(options: object): (html: string) => string;
}

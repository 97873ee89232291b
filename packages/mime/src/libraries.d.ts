// The parts of these libraries that we call; they ship no types of their own.
declare module 'nodemailer/lib/addressparser/index.js' {
  export default function addressparser(text: string, options: { flatten: true }): { address: string; name: string }[];
}
declare module 'libmime' {
  const libmime: { decodeWords(text: string): string; parseHeaderValue(text: string): { value: string; params: Record<string, string> } };
  export default libmime;
}
declare module 'mailparser' {
  import type { Transform, Readable } from 'node:stream';
  export interface ParsedAttachment {
    type: 'attachment';
    content: Readable;
    contentType: string;
    contentDisposition?: string;
    filename?: string;
    contentId?: string;
    related?: boolean;
    size: number;
    release(this: void): void;
  }
  export interface ParsedText {
    type: 'text';
    text?: string;
    html?: string | false;
  }
  export class MailParser extends Transform {
    constructor(options: object);
  }
}
declare module 'nodemailer/lib/mail-composer/index.js' {
  import type { Readable } from 'node:stream';
  export default class MailComposer {
    constructor(mail: object);
    compile(): { createReadStream(): Readable; keepBcc: boolean; setHeader(name: string, value: string): void };
  }
}
declare module 'html-to-text' {
  export function compile(options: object): (html: string) => string;
}

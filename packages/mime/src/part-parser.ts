import { MailParser, type Node, type ParsedText, type SplitChunk } from 'mailparser';
import { HeaderBlock } from './header-block.ts';
import { htmlToText } from './html.ts';

/** Bytes of all texts together, as transferred, that are held; a little more than their decoded cap needs as base64. */
const LARGEST_TEXTS = 14 * 1024 * 1024;
/** Levels of parts within parts. */
export const DEEPEST = 50;

// Conversions off (nobody asked for them, and they are most of the cost); attached messages and delivery reports stay whole. MD5, the
// library's choice for its checksums, does not exist where only approved algorithms do.
const OPTIONS = {
  skipHtmlToText: true,
  skipTextToHtml: true,
  skipImageLinks: true,
  skipTextLinks: true,
  keepDeliveryStatus: true,
  ignoreEmbedded: true,
  checksumAlgo: 'sha256',
};

/** mailparser, which also keeps the header block, holds texts only up to a cap, and joins texts as one reads them. */
export class PartParser extends MailParser {
  readonly header = new HeaderBlock();
  /** Texts were longer than what is held. */
  cut = false;
  /** Parts lie deeper within each other than any mail program makes them. */
  deep = false;
  #held = 0;

  constructor() {
    super(OPTIONS);
  }

  override _transform(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.header.take(chunk);
    super._transform(chunk, encoding, done);
  }

  override processChunk(data: SplitChunk, done: (error?: Error) => void): void {
    super.processChunk(this.#capped(data), done);
  }

  /** What is beyond the cap of a text goes by unread; a piece may be as large as the message. */
  #capped(data: SplitChunk): SplitChunk {
    if (data.type !== 'body' || !this.curnode || this.curnode.isAttachment === true || !data.value) return data;
    const free = Math.max(0, LARGEST_TEXTS - this.#held);
    this.#held += data.value.length;
    if (data.value.length <= free) return data;
    this.cut = true;
    return { ...data, value: data.value.subarray(0, free) };
  }

  /** The texts of the mail: HTML as sent, and a plain text that also tells what only the HTML says. */
  override getTextContent(): ParsedText {
    if (!this.tree) return { type: 'text' };
    this.deep = levelsOf(this.tree) > DEEPEST;
    const html = htmlOf(this.tree);
    const text = textOf(this.tree);
    return { type: 'text', ...(html.length > 0 && { html: html.join('<br/>\n') }), ...(text.length > 0 && { text: text.join('\n') }) };
  }
}

const levelsOf = ({ children }: Node): number => 1 + Math.max(0, ...children.map(levelsOf));

function htmlOf({ contentType, textContent, children }: Node): string[] {
  return textContent !== undefined && contentType === 'text/html' ? [textContent] : children.flatMap(htmlOf);
}

/** Of alternatives the plain ones count, if they say anything; elsewhere HTML is read for its text. */
function textOf(node: Node, plainOnly = false): string[] {
  const { contentType, textContent, children } = node;
  if (textContent !== undefined && contentType === 'text/plain') return [textContent];
  if (textContent !== undefined && contentType === 'text/html') return plainOnly ? [] : [htmlToText(textContent)];
  if (contentType !== 'multipart/alternative' || plainOnly) return children.flatMap((child) => textOf(child, plainOnly));
  const plain = children.flatMap((child) => textOf(child, true));
  return plain.some((piece) => piece.trim() !== '') ? plain : children.flatMap((child) => textOf(child));
}

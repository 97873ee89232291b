import { MailParser, type Node, type ParsedText, type SplitChunk, type SplitNode } from 'mailparser';
import { watchBoundaries } from './boundaries.ts';
import { CAPS } from './caps.ts';
import { HeaderBlock } from './header-block.ts';
import { htmlToText } from './html.ts';
import { decodeBytes } from './text.ts';

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
  /** Parts were announced of which none came. */
  partless = false;
  /** What had to be guessed to read the texts. */
  readonly guessed = new Set<string>();
  #held = 0;
  /** What a multipart holds before its first part, as long as none came. */
  readonly #preambles = new Map<Node, Buffer[]>();
  /** Texts without a character set: read as bytes. */
  readonly #unnamed = new Set<SplitNode>();

  constructor() {
    super(OPTIONS);
    watchBoundaries(this.splitter);
  }

  override _transform(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.header.take(chunk);
    super._transform(chunk, encoding, done);
  }

  override processChunk(data: SplitChunk, done: (error?: Error) => void): void {
    if (data.type === 'node') this.#prepare(data as SplitNode);
    this.#keepPreamble(data);
    super.processChunk(this.#capped(data), done);
  }

  #prepare(part: SplitNode): void {
    // What a digest holds are messages unless they say otherwise (RFC 2046 section 5.1.5).
    if (part.parentNode && part.parentNode.multipart === 'digest' && !part.headers.hasHeader('Content-Type'))
      part.contentType = 'message/rfc822';
    if (part.contentType === 'text/plain' || part.contentType === 'text/html') {
      if (part.charset && !/^us-?ascii$|^ascii$/i.test(part.charset)) return;
      part.charset = 'binary';
      this.#unnamed.add(part);
    }
  }

  #keepPreamble({ type, value, node }: SplitChunk): void {
    const { curnode } = this;
    if (type !== 'data' || !value || !curnode || curnode.node !== node || curnode.children.length > 0) return;
    const free = Math.max(0, CAPS.texts - this.#held);
    this.#held += value.length;
    const kept = this.#preambles.get(curnode);
    if (kept) kept.push(value.subarray(0, free));
    else this.#preambles.set(curnode, [value.subarray(0, free)]);
  }

  #readUnnamed(part: Node): void {
    if (part.textContent !== undefined && this.#unnamed.has(part.node)) {
      const { text, defects } = decodeBytes(Buffer.from(part.textContent, 'latin1'), this.cut);
      part.textContent = text;
      for (const defect of defects) this.guessed.add(defect);
    }
    for (const child of part.children) this.#readUnnamed(child);
  }

  /** What a part without any parts holds is a text. */
  #readPreambles(): void {
    for (const [part, chunks] of this.#preambles) {
      const { text } = decodeBytes(ownLines(Buffer.concat(chunks), part.node));
      if (part.children.length > 0 || text.trim() === '') continue;
      part.contentType = 'text/plain';
      part.textContent = text;
      this.partless = true;
    }
  }

  /** What is beyond the cap of a text goes by unread; a piece may be as large as the message. */
  #capped(data: SplitChunk): SplitChunk {
    if (data.type !== 'body' || !this.curnode || this.curnode.isAttachment === true || !data.value) return data;
    const free = Math.max(0, CAPS.texts - this.#held);
    this.#held += data.value.length;
    if (data.value.length <= free) return data;
    this.cut = true;
    return { ...data, value: data.value.subarray(0, free) };
  }

  /** The texts of the mail: HTML as sent, and a plain text that also tells what only the HTML says. */
  override getTextContent(): ParsedText {
    if (!this.tree) return { type: 'text' };
    this.deep = levelsOf(this.tree) > CAPS.levels;
    this.#readUnnamed(this.tree);
    this.#unnamed.clear();
    this.#readPreambles();
    const html = htmlOf(this.tree);
    const text = textOf(this.tree);
    return { type: 'text', ...(html.length > 0 && { html: html.join('<br/>\n') }), ...(text.length > 0 && { text: text.join('\n') }) };
  }
}

/** Up to the boundary of the part around it. */
function ownLines(bytes: Buffer, { _parentBoundary: outer }: SplitNode): Buffer {
  const end = outer ? bytes.indexOf(Buffer.concat([Buffer.from('\n--'), outer])) : -1;
  return end === -1 ? bytes : bytes.subarray(0, end);
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

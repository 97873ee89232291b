import type { Readable } from 'node:stream';
import type { ParsedAttachment, ParsedText } from 'mailparser';
import { brokenOff } from './deferred.ts';
import { PartParser } from './part-parser.ts';

/** What one pass over the bytes of a message gave, apart from its attachments. */
export interface Pass {
  readonly header: Buffer;
  readonly texts: ParsedText;
  readonly cut: boolean;
  readonly deep: boolean;
  readonly partless: boolean;
  readonly guessed: readonly string[];
  /** Why the parser gave up before the end. */
  readonly unreadable?: Error;
}

/** Takes an attachment: reads its content to the end, or answers `enough` and leaves the rest unread. */
export type Visit = (part: ParsedAttachment, index: number) => Promise<'enough' | void>;

/** Goes through a message once. Throws what the source throws; what the mail does to the parser is in `unreadable`. */
export async function passOver(source: Readable, visit: Visit): Promise<Pass> {
  const parser = new PartParser();
  const broken = feed(source, parser);
  let texts: ParsedText | undefined;
  let unreadable: Error | undefined;
  try {
    let index = 0;
    for await (const part of parser as AsyncIterable<ParsedAttachment | ParsedText>) {
      if (part.type === 'text') texts = part;
      else if ((await read(part, index++, parser, visit)) === 'enough') break;
    }
  } catch (error) {
    unreadable = error instanceof Error ? error : new Error(String(error));
  } finally {
    source.unpipe(parser);
    parser.destroy();
  }
  const lost = broken();
  source.destroy();
  if (lost) throw lost;
  return {
    header: parser.header.bytes(),
    texts: texts ?? rest(parser),
    cut: parser.cut,
    deep: parser.deep,
    partless: parser.partless,
    guessed: [...parser.guessed],
    ...(unreadable && { unreadable }),
  };
}

/** Pipes the source in. The answer tells whether it failed: a parser that fails must not look like that. */
function feed(source: Readable, parser: PartParser): () => Error | undefined {
  let lost: Error | undefined;
  const lose = (error: Error) => {
    lost ??= error;
    parser.destroy(lost);
  };
  // For good: a parser and a source may fail again while they close, and an error without a listener ends the process.
  parser.on('error', () => {});
  source.on('error', lose);
  source.once('close', () => {
    if (!source.readableEnded) lose(source.errored ?? brokenOff());
  });
  if (source.destroyed) lose(source.errored ?? brokenOff());
  else source.pipe(parser);
  return () => lost;
}

/** A content never ends by itself when the parser fails within it. */
async function read(part: ParsedAttachment, index: number, parser: PartParser, visit: Visit): Promise<'enough' | void> {
  const stop = (error?: Error | null) => part.content.destroy(error ?? parser.errored ?? brokenOff());
  const closed = () => stop();
  parser.once('error', stop).once('close', closed);
  try {
    return await visit(part, index);
  } finally {
    parser.off('error', stop).off('close', closed);
    part.release?.();
  }
}

/** The texts that were there when the parser gave up. */
function rest(parser: PartParser): ParsedText {
  try {
    return parser.getTextContent();
  } catch {
    return { type: 'text' };
  }
}

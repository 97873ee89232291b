import type { Readable } from 'node:stream';
import { SaxesParser, type SaxesTagNS } from 'saxes';
import { decodeReferences, guard, safeEnd } from './characters.ts';

/** Levels of elements; more are nobody's answer. */
const DEEPEST = 100;
/** Characters of an answer that are held, what goes to a sink not counted. */
const LONGEST = 50 * 1024 * 1024;

/** An element of an answer: local names, all its own text joined, blanks as sent. */
export interface Element {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  readonly text: string;
  /** What its base64 text says, where it holds bytes and no sink took them. */
  readonly bytes?: Buffer;
}

/** Takes the bytes of an element while they arrive; what `write` gives back is waited for. */
export interface Sink {
  write(bytes: Buffer): void | Promise<void>;
}

/** An answer that is no XML of ours; errors.ts makes one of ours of it. */
export const xmlError = (message: string): Error => Object.assign(new Error(message), { code: 'XML' });

/** Elements whose text is base64 that may be large. */
const BYTES = new Set(['MimeContent', 'Content']);
const OPENS_BYTES = /<(?:[\w.-]+:)?(?:MimeContent|Content)(?:\s[^<>]*)?>/g;

interface Open {
  readonly name: string;
  readonly namespace: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
  bytes?: Buffer;
}

/**
 * Reads XML as it comes, whatever its pieces are. Characters that XML may not hold come through as they were meant (characters.ts):
 * whoever takes a text decides what becomes of them. A document type is refused. `sinkFor` hears of each element of bytes; without a
 * sink they are held. Errors: those of the stream; `XML`.
 */
export class XmlReader {
  readonly #parser = new SaxesParser({ xmlns: true, position: false });
  readonly #open: Open[] = [];
  readonly #sinkFor: (name: string) => Sink | undefined;
  #root: Element | undefined;
  #pending = '';
  #inCdata = false;
  #held = 0;
  /** The bytes of the element that is being read. */
  #taking: Sink | undefined;
  #base64 = '';
  #waiting: Promise<void>[] = [];

  constructor(sinkFor: (name: string) => Sink | undefined = () => undefined) {
    this.#sinkFor = sinkFor;
    this.#parser.on('error', (error) => {
      throw xmlError(error.message);
    });
    this.#parser.on('doctype', () => {
      throw xmlError('it holds a document type');
    });
    this.#parser.on('opentag', (tag) => this.#opened(tag));
    this.#parser.on('closetag', () => this.#closed());
    const take = (text: string) => {
      const element = this.#open.at(-1);
      if (element) element.text += decodeReferences(text);
    };
    this.#parser.on('text', take);
    this.#parser.on('cdata', take);
  }

  /** The next piece; resolves when all sinks have taken theirs. */
  async write(text: string): Promise<void> {
    this.#pending += text;
    this.#work(false);
    await this.#settled();
  }

  /** The whole. */
  async end(): Promise<Element> {
    this.#work(true);
    await this.#settled();
    this.#parser.close();
    if (!this.#root) throw xmlError('it is empty');
    return this.#root;
  }

  async #settled(): Promise<void> {
    const waiting = this.#waiting.splice(0);
    if (waiting.length > 0) await Promise.all(waiting);
  }

  #work(last: boolean): void {
    while (this.#pending !== '') {
      const before = this.#pending.length;
      if (this.#taking) this.#divert(last);
      else this.#feed(last);
      if (this.#pending.length === before) return;
    }
  }

  /** Up to the next element of bytes, or as far as nothing is cut in two. */
  #feed(last: boolean): void {
    OPENS_BYTES.lastIndex = 0;
    const found = OPENS_BYTES.exec(this.#pending);
    const end = found ? found.index + found[0].length : last ? this.#pending.length : safeEnd(this.#pending);
    if (end === 0) return;
    const piece = this.#pending.slice(0, end);
    this.#pending = this.#pending.slice(end);
    this.#held += piece.length;
    if (this.#held > LONGEST) throw xmlError('it has no end');
    const { text, inCdata } = guard(piece, this.#inCdata);
    this.#inCdata = inCdata;
    this.#parser.write(text);
  }

  #divert(last: boolean): void {
    const end = this.#pending.indexOf('<');
    const piece = end === -1 ? this.#pending : this.#pending.slice(0, end);
    this.#pending = end === -1 ? '' : this.#pending.slice(end);
    this.#base64 += piece.replace(/\s+/g, '');
    const whole = end === -1 && !last ? this.#base64.length - (this.#base64.length % 4) : this.#base64.length;
    if (whole > 0) {
      const taken = this.#taking?.write(Buffer.from(this.#base64.slice(0, whole), 'base64'));
      if (taken) this.#waiting.push(taken);
    }
    this.#base64 = this.#base64.slice(whole);
    if (end !== -1) this.#taking = undefined;
  }

  #opened({ local, uri, attributes, isSelfClosing }: SaxesTagNS): void {
    if (this.#open.length >= DEEPEST) throw xmlError(`it is nested more than ${DEEPEST} levels`);
    const element: Open = {
      name: local,
      namespace: uri,
      attributes: Object.fromEntries(Object.values(attributes).map((one) => [one.local || one.name, decodeReferences(one.value)])),
      children: [],
      text: '',
    };
    this.#open.push(element);
    if (BYTES.has(local) && !isSelfClosing) this.#taking = this.#sinkFor(local) ?? holding(element);
  }

  #closed(): void {
    const element = this.#open.pop() as Open;
    const parent = this.#open.at(-1);
    if (parent) parent.children.push(element);
    else this.#root = element;
  }
}

function holding(element: Open): Sink {
  const held: Buffer[] = [];
  let size = 0;
  return {
    write(bytes) {
      held.push(bytes);
      if ((size += bytes.length) > LONGEST) throw xmlError('it has no end');
      Object.defineProperty(element, 'bytes', { configurable: true, enumerable: true, get: () => Buffer.concat(held, size) });
    },
  };
}

/** The whole of a stream of bytes; the character set is that of its declaration (XML 1.0 section 4.3.3), else UTF-8. */
export async function readXml(source: Readable, sinkFor?: (name: string) => Sink | undefined): Promise<Element> {
  const reader = new XmlReader(sinkFor);
  let decoder: InstanceType<typeof TextDecoder> | undefined;
  let first = Buffer.alloc(0);
  for await (const chunk of source as AsyncIterable<Buffer>) {
    let bytes = chunk;
    if (!decoder) {
      first = bytes = Buffer.concat([first, chunk]);
      if (first.length < DECLARATION && !first.includes('>')) continue;
      decoder = decoderFor(first);
    }
    await reader.write(decoder.decode(bytes, { stream: true }));
  }
  if (!decoder) return (await reader.write((decoder = decoderFor(first)).decode(first)), reader.end());
  await reader.write(decoder.decode());
  return reader.end();
}

/** Bytes in which the declaration ends. */
const DECLARATION = 200;

function decoderFor(first: Buffer): InstanceType<typeof TextDecoder> {
  const mark = first.toString('latin1', 0, 2);
  const declared = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)["']/.exec(
    first.toString('latin1', 0, DECLARATION),
  )?.[1];
  const label = mark === '\u00ff\u00fe' ? 'utf-16le' : mark === '\u00fe\u00ff' ? 'utf-16be' : (declared ?? 'utf-8');
  try {
    return new TextDecoder(label);
  } catch {
    throw xmlError(`it is written in "${label}", which nobody knows`);
  }
}

/** The first element of this name among the children; undefined where there is none. */
export const child = (element: Element | undefined, name: string): Element | undefined =>
  element?.children.find((one) => one.name === name);
/** The text of a child; undefined where there is none. */
export const textOf = (element: Element | undefined, name: string): string | undefined => child(element, name)?.text;

/** All elements of a name at any depth, in order. */
export function* descendants(element: Element, name: string): Generator<Element> {
  for (const one of element.children) {
    if (one.name === name) yield one;
    yield* descendants(one, name);
  }
}

import { Readable } from 'node:stream';
import { SaxesParser, type SaxesTagNS } from 'saxes';

/** What was read: names without their prefix. */
export interface Element {
  readonly name: string;
  /** The namespace. */
  readonly uri: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** The character data directly in it. */
  readonly text: string;
}

interface Growing extends Element {
  readonly attributes: Map<string, string>;
  readonly children: Growing[];
  text: string;
}

/** Errors: any `Error` for what is no XML; a DOCTYPE is refused. */
export function readXml(text: string): Element {
  const parser = new SaxesParser({ xmlns: true });
  const top: Growing = { name: '', uri: '', attributes: new Map(), children: [], text: '' };
  const open = [top];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('doctype', () => {
    throw new Error('a DOCTYPE is not allowed');
  });
  parser.on('opentag', (tag: SaxesTagNS) => {
    const attributes = new Map(Object.values(tag.attributes).map(({ local, value }) => [local, value]));
    const element: Growing = { name: tag.local, uri: tag.uri, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  const add = (data: string) => {
    const element = open.at(-1);
    if (element) element.text += data;
  };
  parser.on('text', add);
  parser.on('cdata', add);
  parser.on('closetag', () => open.pop());
  parser.write(text).close();
  const [root] = top.children;
  if (!root) throw new Error('there is no element');
  return root;
}

export function child(element: Element | undefined, name: string): Element | undefined {
  return element?.children.find((one) => one.name === name);
}

export function textIn(element: Element | undefined, name: string): string | undefined {
  return child(element, name)?.text;
}

/** A boolean as XML schema has it; undefined where there is none. */
export function truth(text: string | undefined): boolean | undefined {
  const value = text?.trim();
  return value === 'true' || value === '1' ? true : value === 'false' || value === '0' ? false : undefined;
}

/** What is written. Bytes go out as base64, piece by piece. */
export type Markup = string | Bytes | readonly Markup[] | undefined;
export interface Bytes {
  readonly open: () => Promise<Readable>;
}

type Attributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** An element of the types namespace (`t:`), unless the name has a prefix. */
export function element(name: string, content?: Markup, attributes: Attributes = {}): Markup {
  const tag = name.includes(':') ? name : `t:${name}`;
  const given = Object.entries(attributes).flatMap(([key, value]) => (value === undefined ? [] : [` ${key}="${escape(String(value))}"`]));
  const start = `<${tag}${given.join('')}`;
  return content === undefined ? `${start}/>` : [`${start}>`, content, `</${tag}>`];
}

/** An element that holds a value; none where there is no value. */
export function leaf(name: string, value: string | number | boolean | Date | undefined): Markup {
  return value === undefined ? undefined : element(name, escape(said(value)));
}

/** A value as XML schema writes it. */
export function said(value: string | number | boolean | Date): string {
  return value instanceof Date ? value.toISOString().replace(/\.\d+Z$/, 'Z') : String(value);
}

const NAMES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Exchange sends what XML 1.0 does not allow as references all the same: control characters and halves of surrogate pairs. */
export function escape(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are the ones that go as references
  return text.replace(/[&<>"\u0000-\u0008\u000b-\u001f]|\p{Surrogate}/gu, (character) => {
    return NAMES[character] ?? `&#x${character.charCodeAt(0).toString(16).toUpperCase()};`;
  });
}

const PIECE = 48 * 1024;

/** The text of what is written, in pieces of a size that sockets like; base64 is made while it goes. */
export async function* pour(markup: Markup): AsyncGenerator<string> {
  let held = '';
  for (const piece of flat(markup)) {
    if (typeof piece === 'string') held += piece;
    else {
      yield held;
      held = '';
      yield* base64Of(await piece.open());
    }
    if (held.length >= PIECE) {
      yield held;
      held = '';
    }
  }
  yield held;
}

function* flat(markup: Markup): Generator<string | Bytes> {
  if (markup === undefined) return;
  if (isList(markup)) for (const one of markup) yield* flat(one);
  else yield markup;
}

function isList(markup: Markup): markup is readonly Markup[] {
  return Array.isArray(markup);
}

async function* base64Of(stream: Readable): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    for (let at = 0; at < chunk.length; at += PIECE) {
      const bytes = Buffer.concat([rest, chunk.subarray(at, at + PIECE)]);
      const whole = bytes.length - (bytes.length % 3);
      rest = bytes.subarray(whole);
      yield bytes.toString('base64', 0, whole);
    }
  }
  yield rest.toString('base64');
}

/** Bytes in memory, in pieces: one of hundreds of megabytes would be copied whole by all that it passes through. */
export function bytes(content: Buffer): Bytes {
  const pieces = function* () {
    for (let at = 0; at < content.length; at += PIECE) yield content.subarray(at, at + PIECE);
  };
  return { open: () => Promise.resolve(Readable.from(pieces(), { objectMode: false })) };
}

import { request, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { Sandbox } from '../sandbox.ts';
import { readXml, type Element } from './xml.ts';

export interface Asked {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

const NAMESPACES = [
  'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"',
  'xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"',
  'xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"',
].join(' ');

/** A body in its envelope. */
export function soapOf(body: string, { version = 'Exchange2013_SP1', header = '' }: { version?: string; header?: string } = {}): string {
  const wanted = version === '' ? '' : `<t:RequestServerVersion Version="${version}"/>`;
  return `<?xml version="1.0" encoding="utf-8"?><s:Envelope ${NAMESPACES}><s:Header>${wanted}${header}</s:Header><s:Body>${body}</s:Body></s:Envelope>`;
}

export function basic({ address, password }: { address: string; password: string }): string {
  return `Basic ${Buffer.from(`${address}:${password}`).toString('base64')}`;
}

interface Raw {
  readonly status: number;
  readonly headers: Asked['headers'];
  readonly bytes: Buffer;
}

/** Posts to EWS: without TLS, unless told otherwise. */
export function raw(
  { host, ews, user, caPem }: Sandbox,
  body: string,
  headers: Record<string, string> = {},
  path = '/EWS/Exchange.asmx',
  tls = false,
): Promise<Raw> {
  const given = { 'content-type': 'text/xml; charset=utf-8', authorization: basic(user), ...headers };
  const options = { host, port: tls ? ews.tlsPort : ews.port, path, method: 'POST', headers: given };
  return new Promise((resolve, reject) => {
    const take = (response: IncomingMessage) => {
      const { statusCode = 0, headers: said } = response;
      buffer(response).then((bytes) => resolve({ status: statusCode, headers: said, bytes }), reject);
    };
    const asked = tls ? secureRequest({ ...options, ca: caPem }, take) : request(options, take);
    asked.on('error', reject);
    asked.end(body);
  });
}

export async function post(...given: Parameters<typeof raw>): Promise<Asked> {
  const { bytes, ...rest } = await raw(...given);
  return { ...rest, text: bytes.toString('utf8') };
}

/** What Exchange sends and XML does not allow, as signs that stand for it: control characters as their pictures, U+FFFE as U+FFFD. */
function legal(text: string): string {
  const pictures = text.replace(/&#x([01]?[0-9A-F]);/g, (reference, hex: string) => {
    const code = Number.parseInt(hex, 16);
    return code === 9 || code === 10 || code === 13 ? reference : String.fromCodePoint(0x2400 + code);
  });
  return pictures.replace(/[\ufffe\uffff]/g, '\ufffd');
}

/** An answer, also one that holds what XML does not allow. */
export const parse = (text: string): Element => readXml(legal(text));

/** The first child of the answer's body. */
export async function ask(
  sandbox: Sandbox,
  body: string,
  options: Parameters<typeof soapOf>[1] & { headers?: Record<string, string> } = {},
): Promise<Element> {
  const { text } = await post(sandbox, soapOf(body, options), options.headers);
  const found = all(parse(text), 'Body')[0]?.children[0];
  if (!found) throw new Error(`no body in ${text}`);
  return found;
}

/** Every element of this name, at any depth. */
export function all(element: Element, name: string): Element[] {
  return element.children.flatMap((one) => [...(one.name === name ? [one] : []), ...all(one, name)]);
}

export const texts = (element: Element, name: string): string[] => all(element, name).map(({ text }) => text);
export const codes = (element: Element): string[] => texts(element, 'ResponseCode');
export const ids = (element: Element, name = 'ItemId'): string[] => all(element, name).map(({ attributes }) => attributes.get('Id') ?? '');
export const distinguished = (id: string): string => `<t:DistinguishedFolderId Id="${id}"/>`;

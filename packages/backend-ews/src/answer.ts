import { child, descendants, textOf, xmlError, type Element } from './xml.ts';

/** What a server said to one part of a request. `code` keeps its name, also where nobody knows it. */
export interface ResponseMessage {
  readonly ok: boolean;
  readonly code: string;
  readonly said: string;
  /** Milliseconds that the server wants us to wait. */
  readonly backOff?: number | undefined;
  readonly element: Element;
}

export interface Answer {
  /** Major and minor number, where the server names its version. */
  readonly server?: readonly [number, number];
  readonly messages: readonly ResponseMessage[];
}

/** A refusal of the whole request, or of a part of it; errors.ts makes one of ours of it. */
export interface Refusal extends Error {
  readonly code: 'RESPONSE';
  readonly response: string;
  readonly said: string;
  readonly backOff?: number | undefined;
}

export const refusal = ({ code: response, said, backOff }: Pick<ResponseMessage, 'code' | 'said' | 'backOff'>): Refusal =>
  Object.assign(new Error(`${response}: ${said}`), { code: 'RESPONSE' as const, response, said, backOff });

export const isRefusal = (error: unknown): error is Refusal => (error as { readonly code?: unknown } | undefined)?.code === 'RESPONSE';

/** An envelope taken apart (SOAP 1.1). Errors: `RESPONSE` for a fault, `XML` for what is none. */
export function readAnswer(root: Element): Answer {
  const body = root.name === 'Envelope' ? child(root, 'Body') : undefined;
  if (!body) throw xmlError(root.name.toLowerCase() === 'html' ? 'it is a web page' : 'it is no SOAP message');
  const fault = child(body, 'Fault');
  if (fault) throw refusal(faultOf(fault));
  const messages = child(body.children[0], 'ResponseMessages');
  if (!messages) throw xmlError('it holds no answer');
  const server = serverVersion(root);
  return { ...(server && { server }), messages: messages.children.map(messageOf) };
}

function messageOf(element: Element): ResponseMessage {
  const said = textOf(element, 'MessageText') ?? '';
  const code = textOf(element, 'ResponseCode') ?? '';
  return { ok: element.attributes['ResponseClass'] !== 'Error', code, said, backOff: backOffIn(element), element };
}

/** A fault names its response code in its detail; one of IIS or a gateway has none. */
function faultOf(fault: Element): Pick<ResponseMessage, 'code' | 'said' | 'backOff'> {
  const [response] = descendants(fault, 'ResponseCode');
  const [message] = descendants(fault, 'Message');
  const words = textOf(fault, 'faultstring') ?? [...descendants(fault, 'Text')][0]?.text ?? '';
  const code = response?.text ?? textOf(fault, 'faultcode')?.replace(/^.*:/, '') ?? 'Fault';
  return { code: code.trim(), said: (message?.text ?? words).trim(), backOff: backOffIn(fault) };
}

function backOffIn(element: Element): number | undefined {
  const [xml] = descendants(element, 'MessageXml');
  const value = xml && [...descendants(xml, 'Value')].find(({ attributes }) => attributes['Name'] === 'BackOffMilliseconds');
  return value && /^\d{1,9}$/.test(value.text.trim()) ? Number(value.text) : undefined;
}

/** The server names its version in the header, of a fault too. */
export function serverVersion(root: Element): readonly [number, number] | undefined {
  const { MajorVersion: major = '', MinorVersion: minor = '' } = child(child(root, 'Header'), 'ServerVersionInfo')?.attributes ?? {};
  return /^\d+$/.test(major) && /^\d+$/.test(minor) ? [Number(major), Number(minor)] : undefined;
}

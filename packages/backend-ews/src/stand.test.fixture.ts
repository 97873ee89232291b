import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { LIMITS, Secret, type Credential, type Limits, type Mailbox, type OpenContext } from '@mailwright/core';
import { openContext } from '@mailwright/testing';
import { ews } from './index.ts';

/** A request as the scripted server heard it. */
export interface Heard {
  /** The element in the SOAP body; "" where there is none. */
  readonly operation: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
  readonly socket: Socket;
  /** How many of this operation came before. */
  readonly count: number;
}
/** An answer: XML for the body of an envelope, or whatever a function does with the response. */
export type Answer = string | ((response: ServerResponse) => void);

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
const MESSAGES = 'http://schemas.microsoft.com/exchange/services/2006/messages';
const TYPES = 'http://schemas.microsoft.com/exchange/services/2006/types';

export const envelope = (inside: string, [major, minor] = [15, 0]) =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP}"><s:Header><h:ServerVersionInfo MajorVersion="${major}" MinorVersion="${minor}" MajorBuildNumber="1" xmlns:h="${TYPES}"/></s:Header><s:Body xmlns:m="${MESSAGES}" xmlns:t="${TYPES}">${inside}</s:Body></s:Envelope>`;

/** One answer to each part of a request; a string is what stands within a success, a pair the code and text of a refusal. */
export const answers = (operation: string, ...parts: readonly (string | readonly [code: string, more?: string])[]) =>
  `<m:${operation}Response><m:ResponseMessages>${parts
    .map((part) =>
      typeof part === 'string'
        ? `<m:${operation}ResponseMessage ResponseClass="Success"><m:ResponseCode>NoError</m:ResponseCode>${part}</m:${operation}ResponseMessage>`
        : `<m:${operation}ResponseMessage ResponseClass="Error"><m:MessageText>said so</m:MessageText><m:ResponseCode>${part[0]}</m:ResponseCode>${part[1] ?? ''}</m:${operation}ResponseMessage>`,
    )
    .join('')}</m:ResponseMessages></m:${operation}Response>`;

export const backOff = (ms: number) => `<m:MessageXml><t:Value Name="BackOffMilliseconds">${ms}</t:Value></m:MessageXml>`;
export const fault = (code: string, more = '') =>
  `<s:Fault xmlns:s="${SOAP}"><faultcode>s:Client</faultcode><faultstring>refused</faultstring><detail><e:ResponseCode xmlns:e="e">${code}</e:ResponseCode><e:Message xmlns:e="e">in words</e:Message>${more}</detail></s:Fault>`;
export const folderXml = (id: string, name = id, parent = 'root') =>
  `<t:Folder><t:FolderId Id="${id}" ChangeKey="k"/><t:ParentFolderId Id="${parent}"/><t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>${name}</t:DisplayName></t:Folder>`;
export const idXml = (id: string) => `<t:ItemId Id="${id}" ChangeKey="k"/>`;
const page = (inside: string) =>
  `<m:RootFolder IndexedPagingOffset="9" TotalItemsInView="9" IncludesLastItemInRange="true">${inside}</m:RootFolder>`;

/** Folders and no mail: what most scripts do not care about. */
export function ordinary({ operation, body }: Heard): string {
  const count = body.match(/<t:(?:Distinguished)?FolderId /g)?.length ?? 1;
  if (operation === 'GetFolder') {
    const ids = [...body.matchAll(/<t:DistinguishedFolderId Id="(\w+)"/g)].map(([, id = '']) => id);
    return answers('GetFolder', ...ids.map((id) => `<m:Folders>${folderXml(id === 'msgfolderroot' ? 'root' : id, id)}</m:Folders>`));
  }
  if (operation === 'FindFolder') {
    const names = ['inbox', 'sentitems', 'drafts', 'deleteditems', 'junkemail', 'Done'];
    return answers('FindFolder', page(`<t:Folders>${names.map((name) => folderXml(name)).join('')}</t:Folders>`));
  }
  return answers(operation, ...Array.from({ length: count }, () => page('<t:Items/>')));
}

export interface Stand extends AsyncDisposable {
  readonly url: string;
  readonly heard: Heard[];
  open(more?: Trial): Promise<Mailbox>;
}
export interface Trial {
  readonly config?: object;
  readonly credential?: Credential;
  readonly limits?: Partial<Limits>;
  readonly overrides?: Partial<OpenContext>;
}
export interface Script {
  /** Undefined: as `ordinary` answers. */
  readonly answer?: (heard: Heard) => Answer | undefined;
  /** The challenges of a server; Basic alone if left out. */
  readonly ways?: readonly string[];
  /** Whether a login is good; the answer to a bad one is a 401 with these challenges. */
  readonly login?: (heard: Heard) => boolean | readonly string[];
}

export const password: Credential = { kind: 'password', username: 'demo@example.test', password: new Secret('stand-password-1') };
const BASIC = `Basic ${Buffer.from('demo@example.test:stand-password-1').toString('base64')}`;

/** An EWS server on loopback that answers as it is told. */
export async function startStand({ answer, ways = ['Basic realm="x"'], login }: Script = {}): Promise<Stand> {
  const heard: Heard[] = [];
  const good = login ?? (({ headers }: Heard) => headers.authorization === BASIC);
  const server: Server = createServer((request, response) => {
    void (async () => {
      const body = (await buffer(request).catch(() => Buffer.alloc(0))).toString('utf8');
      const operation = /<(?:\w+:)?Body>\s*<(?:\w+:)?(\w+)/.exec(body)?.[1] ?? '';
      const count = heard.filter((one) => one.operation === operation).length;
      const one = { operation, body, headers: request.headers, socket: request.socket, count };
      const let_ = good(one);
      if (let_ !== true)
        return void response.writeHead(401, { 'www-authenticate': [...(let_ || ways)], server: 'Scripted' }).end('<title>no</title>');
      heard.push(one);
      const said = answer?.(one) ?? ordinary(one);
      if (typeof said !== 'string') return said(response);
      return void response
        .writeHead(said.includes(':Fault ') ? 500 : 200, { 'content-type': 'text/xml; charset=utf-8' })
        .end(envelope(said));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/EWS/Exchange.asmx`;
  const opened: Mailbox[] = [];
  return {
    url,
    heard,
    async open({ config = {}, credential = password, limits = {}, overrides = {} } = {}) {
      const context = openContext({ limits: { ...LIMITS, connect: 20_000, ...limits }, ...overrides });
      const mailbox = await ews.open(ews.config.parse({ url, ...config }), credential, context);
      opened.push(mailbox);
      return mailbox;
    },
    async [Symbol.asyncDispose]() {
      for (const mailbox of opened) await mailbox[Symbol.asyncDispose]();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export const found = (...ids: readonly string[]) =>
  answers('FindItem', page(`<t:Items>${ids.map((id) => `<t:Message>${idXml(id)}</t:Message>`).join('')}</t:Items>`));
export const asked = ({ body }: Heard) => [...body.matchAll(/<t:ItemId Id="([^"]*)"/g)].map(([, id = '']) => id);
export const message = (id: string, fields: string) => `<m:Items><t:Message>${idXml(id)}${fields}</t:Message></m:Items>`;
export const subjects = async (mailbox: Mailbox) =>
  (await Array.fromAsync(mailbox.search({ folder: 'INBOX' }))).map(({ subject }) => subject);

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { Certificates } from '../certificate.ts';
import type { Account } from '../store/account.ts';
import { answerTo, type Answer, type Said } from './answer.ts';
import { autodiscover } from './autodiscover.ts';
import type { EwsFault } from './faults.ts';
import { Refusal } from './refusal.ts';
import type { EwsSettings } from './settings.ts';
import { signIn } from './sign-in.ts';
import { envelope, fault, perform, readRequest, refuseAll, type Request } from './soap.ts';

/** What a request may hold: a mail of 150 MB as base64. */
const LARGEST_REQUEST = 210 * 1024 * 1024;
const EWS_PATH = '/ews/exchange.asmx';
const AUTODISCOVER_PATH = '/autodiscover/autodiscover.xml';
const BACK_OFF_MS = 1000;

/** Exchange Web Services and Autodiscover over the store; with certificates, over TLS. */
export function ewsServer(settings: EwsSettings, certificates: Certificates | undefined): Server {
  const attempts = new Map<string, number>();
  const serve: RequestListener = (request, response) => {
    // A client that goes away in the middle is no fault of the server's.
    handle(settings, attempts, request, response).catch(() => response.destroy());
  };
  if (!certificates) return createServer(serve);
  return createTlsServer({ cert: certificates.cert, key: certificates.key, minVersion: 'TLSv1.2' }, serve);
}

async function handle(
  settings: EwsSettings,
  attempts: Map<string, number>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const signedIn = signIn(settings, request);
  const text = await bodyOf(request);
  const said: { -readonly [key in keyof Said]: Said[key] } = { operation: '', user: '', request: text ?? '' };
  const answer = (given: Answer, how?: EwsFault) => answerTo(request, response, given, said, settings.log, how);
  if (text === undefined) return answer({ status: 413 });
  if ('challenges' in signedIn) return answer({ status: 401, headers: { 'WWW-Authenticate': signedIn.challenges } });
  said.user = signedIn.account.address;
  const path = (request.url ?? '').replace(/\?.*$/s, '').toLowerCase();
  const known = path === EWS_PATH || path === AUTODISCOVER_PATH;
  if (!known) return answer({ status: 404 });
  if (request.method !== 'POST')
    return answer({ status: 200, type: 'text/html', body: '<html><body>You have created a service.</body></html>' });
  const asked = path === EWS_PATH ? askedFor(text) : undefined;
  said.operation = asked === undefined ? 'Autodiscover' : asked instanceof Refusal ? '' : asked.operation;
  const attempt = (attempts.get(said.operation) ?? 0) + 1;
  attempts.set(said.operation, attempt);
  const how = settings.fault(said.operation, attempt);
  if (how === 'silence') return;
  if (how === 'drop') return void request.socket.destroy();
  if (typeof how === 'object' && 'status' in how) return answer({ type: 'text/html', ...how });
  if (typeof how === 'object' && 'dropAndDoAfter' in how) {
    request.socket.destroy();
    await delay(how.dropAndDoAfter);
  }
  const done = asked
    ? await soap(settings, signedIn.account, asked, how)
    : { status: 200, body: autodiscover(settings, text, urlFor(request)) };
  if (how === 'do-and-drop') return void request.socket.destroy();
  return answer(done, how);
}

function askedFor(text: string): Request | Refusal {
  try {
    return readRequest(text);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

async function soap(settings: EwsSettings, account: Account, asked: Request | Refusal, how: EwsFault | undefined): Promise<Answer> {
  try {
    if (asked instanceof Refusal) throw asked;
    const refusal = refusalOf(how);
    if (refusal && typeof how === 'object' && 'busy' in how && how.busy === 'fault') throw refusal;
    const content = refusal ? await refuseAll(asked, refusal) : await perform(settings, account, asked);
    return { status: 200, body: envelope(settings.version, content) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 500, body: fault(error) };
  }
}

function refusalOf(how: EwsFault | undefined): Refusal | undefined {
  if (typeof how !== 'object') return undefined;
  if ('code' in how) return new Refusal(how.code, how.text);
  return 'busy' in how ? new Refusal('ErrorServerBusy', undefined, { BackOffMilliseconds: String(how.backOff ?? BACK_OFF_MS) }) : undefined;
}

/** The text of a request, read to its end so that the connection can go on; undefined where it is too large. */
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= LARGEST_REQUEST) chunks.push(chunk);
  }
  if (size > LARGEST_REQUEST) return undefined;
  const charset = /charset="?([\w-]+)/i.exec(request.headers['content-type'] ?? '')?.[1] ?? 'utf-8';
  const bytes = Buffer.concat(chunks);
  return /^utf-?16/i.test(charset) ? new TextDecoder('utf-16le').decode(bytes) : new TextDecoder().decode(bytes);
}

/** EWS as this client reaches this server. */
function urlFor({ headers, socket }: IncomingMessage): string {
  const scheme = 'encrypted' in socket ? 'https' : 'http';
  return `${scheme}://${headers.host ?? `127.0.0.1:${socket.localPort}`}/EWS/Exchange.asmx`;
}

import { EmailError, say, type Credential, type Mailbox, type OpenContext } from '@mailwright/core';
import { cleanText } from '@mailwright/mime';
import { Stages, opening } from '@mailwright/network';
import { placeOf, type Endpoint } from './address.ts';
import { discovered } from './autodiscover.ts';
import type { Config, Version } from './config.ts';
import { connect } from './connect.ts';
import { isExchangeOnline, toEmailError } from './errors.ts';
import { Exchange, type Access } from './exchange.ts';
import { mailboxOver } from './mailbox.ts';
import { chooseSignIn } from './sign-in.ts';
import { Soap } from './soap.ts';
import { Transport } from './transport.ts';

/** Microsoft switches EWS off in Exchange Online, for good. */
const END = Date.UTC(2027, 3, 1);
/** Bytes of an answer beyond what a message of the largest size has. */
const AROUND = 64 * 1024 * 1024;

/**
 * Finds the endpoint, signs in, and learns which Exchange it is by asking for the inbox. Errors: `connection.*`, `auth.rejected`,
 * `auth.token_expired`, `auth.mechanism_missing`, `auth.mailbox_forbidden`, `server.retired`, `server.throttled`, `input.invalid` (before
 * any traffic, for a login that would travel in the clear).
 */
export async function open(config: Config, credential: Credential, ctx: OpenContext): Promise<Mailbox> {
  const place = placeOf(config, credential);
  const found = 'endpoint' in place ? place : await discovered(place.domain, credential, config, ctx);
  return openAt(found.endpoint, config, credential, ctx);
}

async function openAt(endpoint: Endpoint, config: Config, credential: Credential, ctx: OpenContext): Promise<Mailbox> {
  const { address } = endpoint;
  checkEnd(address.host, config, ctx);
  const access = accessOf(config, credential, ctx);
  const stages = new Stages(ctx, address);
  const transport = new Transport({
    endpoint,
    open: (signal) => connect(address, config, ctx, { signal, stages }),
    idle: ctx.limits.idle,
    largest: ctx.limits.largestMessage * 1.5 + AROUND,
    anchor: access.delegate ?? access.impersonated,
  });
  let greeted = false;
  const exchange = await opening(
    {
      address,
      protocol: 'HTTP',
      ctx,
      waitingFor: () => stages.waitingFor(),
      greeted: () => greeted,
      close: () => transport.close(),
      explained: (error, what, seconds) => toEmailError(error, { address, what, seconds, username: access.mailbox }),
    },
    async (over) => {
      const hello = await transport.hello(over);
      greeted = true;
      stages.greeted({ ...hello, said: cleanText(hello.said).text });
      transport.signIn = await chooseSignIn(credential, address, hello.ways);
      return knownVersion(transport, config.version, { ctx, endpoint, access });
    },
  );
  stages.signedIn(credential.kind === 'none' ? { kind: 'token', username: transport.signIn?.username ?? '' } : credential);
  return mailboxOver(exchange);
}

/** Every server takes a request of the oldest version, and says in its answer which one it is. */
async function knownVersion(
  transport: Transport,
  chosen: Config['version'],
  settings: Pick<Exchange, 'ctx' | 'endpoint' | 'access'>,
): Promise<Exchange> {
  const { impersonated } = settings.access;
  const over = async (version: Version) => new Exchange(transport, await Soap.of(version, impersonated), settings);
  const first = await over(chosen === 'automatic' ? 'Exchange2007_SP1' : chosen);
  const call = { what: say`sign-in`, ms: settings.ctx.limits.connect };
  const { server, messages } = await first.ask(first.soap.getFolders([first.known('Inbox')]), call);
  const [inbox] = messages;
  if (!inbox?.ok) {
    const error = inbox && first.errorOf(inbox, { ...call, folder: 'INBOX' });
    // Without rights in it, the inbox of another mailbox does not exist.
    if (EmailError.is(error, 'folder.not_found'))
      throw new EmailError(
        'auth.mailbox_forbidden',
        { username: settings.access.mailbox, providerSaid: inbox?.code, hint: 'exchange' },
        { cause: error },
      );
    throw error ?? new EmailError('server.unexpected', { host: settings.endpoint.address.host, problem: say`its answer is empty` });
  }
  return chosen === 'automatic' && server ? over(versionOf(server)) : first;
}

/** Microsoft's version numbers: 8 is 2007, 14 is 2010, 15 and above are 2013 and later. */
function versionOf([major, minor]: readonly [number, number]): Version {
  if (major >= 15) return 'Exchange2013';
  if (major < 14) return 'Exchange2007_SP1';
  return minor >= 2 ? 'Exchange2010_SP2' : minor === 1 ? 'Exchange2010_SP1' : 'Exchange2010';
}

/** Whose mailbox, and by what right. An application has none of its own: its login names one. */
function accessOf({ access }: Config, credential: Credential, { mailbox: named }: OpenContext): Access {
  const username = credential.kind === 'none' ? '' : credential.username;
  const mailbox = named ?? username;
  const application = credential.kind === 'token' && credential.mailbox !== undefined && credential.mailbox === username;
  if (access === 'impersonation' || (application && access === 'automatic')) return { mailbox, impersonated: mailbox };
  const own = named === undefined || named.toLowerCase() === username.toLowerCase();
  return own ? { mailbox } : { mailbox, delegate: mailbox };
}

/** Errors: `server.retired` from the day on which no exception is made any more. */
function checkEnd(host: string, { allowRetiredEws }: Config, { log }: OpenContext): void {
  if (!isExchangeOnline(host)) return;
  if (Date.now() >= END && !allowRetiredEws) throw new EmailError('server.retired', { host, what: 'ews' });
  log.warn(
    say`Microsoft switches EWS off in Exchange Online for good on 2027-04-01, tenant by tenant before that: change Connect to Graph.`,
  );
}

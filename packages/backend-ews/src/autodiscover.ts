import { EmailError, say, type Credential, type OpenContext } from '@mailwright/core';
import { stepOf } from '@mailwright/network';
import { endpointOf, standardEndpoint, type Endpoint } from './address.ts';
import { connect } from './connect.ts';
import { CLOUD_HOSTS, type Config } from './config.ts';
import { toEmailError } from './errors.ts';
import { chooseSignIn } from './sign-in.ts';
import { Transport } from './transport.ts';
import { outgoing } from './upload.ts';
import { child, descendants, readXml, textOf, xmlError, type Element } from './xml.ts';

const PATH = '/autodiscover/autodiscover.xml';
const ASKED = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006';
const WANTED = 'http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a';
/** Hosts that are asked in all, redirects included; bytes of an answer. */
const MOST = 5;
const LONGEST = 1024 * 1024;

/**
 * The endpoint that a domain names (MS-OXDSCLI, plain old XML). Only https is spoken; a login goes to hosts of the mail domain and of
 * Exchange Online alone, wherever an answer points, and never to a parent domain. Where nobody answers, the usual place is tried.
 * Errors: `auth.*`, `input.invalid` for an endpoint elsewhere.
 */
export async function discovered(
  domain: string,
  credential: Credential,
  config: Config,
  ctx: OpenContext,
): Promise<{ readonly endpoint: Endpoint }> {
  const address = addressOf(domain, credential, ctx);
  const waiting = [domain, `autodiscover.${domain}`].map((host) => ({ ...standardEndpoint(host), path: PATH }));
  for (let count = 0; waiting.length > 0 && count < MOST; count++) {
    const endpoint = waiting.shift() as Endpoint;
    try {
      const answer = await ask(endpoint, address, credential, { config, ctx });
      const found = endpointIn(answer, domain);
      if (found) return { endpoint: found };
      const redirect = redirectIn(answer);
      if (redirect !== undefined && isOurs(new URL(redirect), domain)) waiting.unshift(endpointOf(redirect));
    } catch (error) {
      const fatal =
        !EmailError.is(error) ||
        EmailError.is(error, 'auth.rejected') ||
        EmailError.is(error, 'automation') ||
        EmailError.is(error, 'input');
      if (fatal) throw error;
      ctx.log.debug(`Autodiscover at ${endpoint.address.host} gave nothing`, { because: error.message });
    }
  }
  return { endpoint: standardEndpoint(domain) };
}

function addressOf(domain: string, credential: Credential, { mailbox }: OpenContext): string {
  const username = credential.kind === 'none' ? '' : credential.username;
  if (mailbox?.includes('@')) return mailbox;
  return username.includes('@') ? username : `${username.replace(/^.*\\/, '')}@${domain}`;
}

async function ask(
  endpoint: Endpoint,
  mailbox: string,
  credential: Credential,
  { config, ctx }: { readonly config: Config; readonly ctx: OpenContext },
): Promise<Element> {
  const { address } = endpoint;
  const time = AbortSignal.timeout(stepOf(ctx.limits));
  const signal = AbortSignal.any([time, ctx.signal]);
  const transport = new Transport({
    endpoint,
    open: (over) => connect(address, config, ctx, { signal: over }),
    idle: ctx.limits.idle,
    largest: LONGEST,
  });
  try {
    const { ways } = await transport.hello(signal);
    transport.signIn = await chooseSignIn(credential, address, ways);
    return await transport.post(outgoing(requestFor(mailbox)), signal, true, (answer) => readXml(answer));
  } catch (error) {
    if (ctx.signal.aborted) throw new EmailError('automation.cancelled', {}, { cause: error });
    const username = transport.signIn?.username;
    throw toEmailError(error, { address, what: say`Autodiscover`, seconds: Math.ceil(stepOf(ctx.limits) / 1000), username });
  } finally {
    transport.close();
  }
}

const SIGNS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function requestFor(mailbox: string): string {
  const address = mailbox.replace(/[&<>]/g, (sign) => SIGNS[sign] ?? sign);
  return `<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="${ASKED}"><Request><EMailAddress>${address}</EMailAddress><AcceptableResponseSchema>${WANTED}</AcceptableResponseSchema></Request></Autodiscover>`;
}

/** What is meant for the outside is right everywhere; what is meant for the inside, where there is nothing else. */
function endpointIn(root: Element, domain: string): Endpoint | undefined {
  if (root.name !== 'Autodiscover') throw xmlError('it is no answer of Autodiscover');
  const protocols = [...descendants(root, 'Protocol')];
  const of = (type: string) => protocols.find((one) => textOf(one, 'Type') === type && child(one, 'EwsUrl'));
  const url = textOf(of('EXPR') ?? of('EXCH') ?? of('WEB'), 'EwsUrl')?.trim();
  if (url === undefined || !URL.canParse(url)) return undefined;
  if (isOurs(new URL(url), domain)) return endpointOf(url);
  throw new EmailError('input.invalid', {
    path: 'server.domain',
    problem: say`Autodiscover of ${{ domain }} points to ${{ host: new URL(url).host }}, which is no host of that domain`,
    cure: say`If that is right, write it as the EWS address: ${{ url }}.`,
  });
}

function redirectIn(root: Element): string | undefined {
  const [url] = descendants(root, 'RedirectUrl');
  return url && URL.canParse(url.text.trim()) ? url.text.trim() : undefined;
}

/** Https at the mail domain, or at Exchange Online. */
const isOurs = ({ protocol, hostname }: URL, domain: string) =>
  protocol === 'https:' &&
  (hostname === domain ||
    hostname.endsWith(`.${domain}`) ||
    (Object.values(CLOUD_HOSTS) as string[]).includes(hostname) ||
    hostname === 'autodiscover-s.outlook.com');

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { byPassword } from '../login.ts';
import type { Account } from '../store/account.ts';
import { NtlmServer } from './ntlm.ts';
import { accountOfToken, type EwsSettings } from './settings.ts';

/** Who asks; or, for whom may not, what WWW-Authenticate says. */
export type SignedIn = { readonly account: Account } | { readonly challenges: readonly string[] };

/** What a connection's sign-in by NTLM came to: it holds for the connection, not for the request (MS-NTHT). */
const connections = new WeakMap<Socket, NtlmServer>();

/** Checks the header of a request. */
export function signIn(settings: EwsSettings, { headers, socket }: IncomingMessage): SignedIn {
  const [, scheme = '', rest = ''] = /^(\S+)\s+(.*)$/s.exec(headers.authorization ?? '') ?? [];
  const offered = (name: string) => settings.signIn.some((one) => one.toLowerCase() === name.toLowerCase());
  const ntlm = connections.get(socket);
  if (scheme === '' && ntlm?.account) return { account: ntlm.account };
  if (!offered(scheme)) return { challenges: challengesOf(settings) };
  const account = /^basic$/i.test(scheme) ? byBasic(settings, rest) : /^bearer$/i.test(scheme) ? accountOfToken(settings, rest) : undefined;
  if (account) return { account };
  if (/^(ntlm|negotiate)$/i.test(scheme)) return byNtlm(settings, socket, scheme, rest);
  return { challenges: challengesOf(settings) };
}

function byBasic(settings: EwsSettings, credentials: string): Account | undefined {
  const [, user = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(credentials, 'base64').toString('utf8')) ?? [];
  // A Windows domain before the name says nothing here.
  return byPassword(settings, user.replace(/^[^\\]*\\/, ''), password);
}

function byNtlm(settings: EwsSettings, socket: Socket, scheme: string, message: string): SignedIn {
  const server = connections.get(socket) ?? new NtlmServer(settings.store, 'encrypted' in socket ? settings.certificateHash : undefined);
  connections.set(socket, server);
  const answer = server.take(Buffer.from(message, 'base64'));
  if (server.account) return { account: server.account };
  return { challenges: answer ? [`${scheme} ${answer.toString('base64')}`] : challengesOf(settings) };
}

function challengesOf({ signIn: schemes, acceptToken }: EwsSettings): string[] {
  return schemes.flatMap((scheme) => {
    if (scheme === 'Basic') return 'Basic realm="localhost"';
    if (scheme === 'Bearer') return acceptToken ? 'Bearer authorization_uri="https://localhost/oauth2/authorize"' : [];
    return scheme;
  });
}

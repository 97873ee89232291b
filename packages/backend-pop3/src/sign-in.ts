import { EmailError, type Credential, type ServerAddress } from '@mailwright/core';
import type { Capabilities, Client } from './client.ts';
import { wireError } from './wire.ts';

type SignIn = Exclude<Credential, { readonly kind: 'none' }>;
type Mechanism = 'USER' | 'PLAIN' | 'XOAUTH2' | 'OAUTHBEARER';

/** Mechanisms (RFC 1939 section 7, RFC 4616, RFC 7628, and XOAUTH2 of Google and Microsoft) by kind of credential, the best one first. */
const FITTING: Readonly<Record<SignIn['kind'], readonly Mechanism[]>> = { password: ['USER', 'PLAIN'], token: ['XOAUTH2', 'OAUTHBEARER'] };

/** The ways to sign in that the server offers on this connection. An old one that lists nothing takes USER and PASS. */
export function mechanismsOf(capabilities: Capabilities | undefined): string[] {
  if (!capabilities) return ['USER'];
  return [...(capabilities.has('USER') ? ['USER'] : []), ...(capabilities.get('SASL') ?? [])].slice(0, 20);
}

/** Errors: `auth.mechanism_missing`, before the credential is touched. */
export function chooseMechanism(credential: SignIn, { capabilities }: Client, { host, security }: ServerAddress): Mechanism {
  const offered = mechanismsOf(capabilities);
  const fitting = FITTING[credential.kind].filter((one) => offered.includes(one));
  // What USER and PASS cannot carry as RFC 1939 defines them, PLAIN can.
  const chosen = fitting.includes('PLAIN') && !isPlainText(credential) ? 'PLAIN' : fitting[0];
  if (chosen) return chosen;
  // Without a list nothing is known to be missing.
  if (!capabilities && credential.kind === 'token') return 'XOAUTH2';
  const hint = security === 'none' && capabilities?.has('STLS') ? { hint: 'unencrypted' } : {};
  throw new EmailError('auth.mechanism_missing', { host, offered, ...hint });
}

const isPlainText = (credential: SignIn) =>
  credential.kind === 'token' || (/^[!-~]+$/.test(credential.username) && /^[!-~]([ -~]*[!-~])?$/.test(credential.password.reveal()));

/** Signs in. A token is asked for at each connect; it is shown for the mailbox, whoever signed in. A refusal is thrown as the server says it. */
export async function signIn(
  client: Client,
  credential: SignIn,
  mechanism: Mechanism,
  { address, mailbox, fresh }: { readonly address: ServerAddress; readonly mailbox: string | undefined; readonly fresh: boolean },
): Promise<void> {
  const user = mailbox ?? credential.username;
  const secret = credential.kind === 'password' ? credential.password.reveal() : (await credential.token({ fresh })).value.reveal();
  // oxlint-disable-next-line no-control-regex -- each of them would end a field or a line
  if (/[\r\n\u0000]/.test(user + secret)) throw wireError('UNSENDABLE', 'a line break in the login');
  if (mechanism === 'USER') {
    await client.ask({ name: 'USER', argument: user, alone: true });
    await client.ask({ name: 'PASS', argument: secret, alone: true });
  } else await authenticate(client, mechanism, responseFor(mechanism, user, secret, address));
}

function responseFor(mechanism: Exclude<Mechanism, 'USER'>, user: string, secret: string, { host, port }: ServerAddress): string {
  const fields =
    mechanism === 'PLAIN'
      ? `\u0000${user}\u0000${secret}`
      : mechanism === 'XOAUTH2'
        ? `user=${user}\u0001auth=Bearer ${secret}\u0001\u0001`
        : `n,a=${saslName(user)},\u0001host=${host}\u0001port=${port}\u0001auth=Bearer ${secret}\u0001\u0001`;
  return Buffer.from(fields).toString('base64');
}

/** RFC 5801 section 4. */
const saslName = (name: string) => name.replaceAll('=', '=3D').replaceAll(',', '=2C');

/**
 * In two lines: a line of AUTH has room for 255 bytes (RFC 5034 section 4), and Exchange takes no other way. Who refuses the bare
 * word, before any secret was said, gets all in one line. A challenge behind a token explains why it is refused: it is answered with
 * nothing, so that the refusal comes.
 */
async function authenticate(client: Client, mechanism: string, response: string): Promise<void> {
  let said = false;
  const challenge = () => {
    const answer = said ? '' : response;
    said = true;
    return answer;
  };
  try {
    await client.ask({ name: 'AUTH', argument: mechanism, alone: true, challenge });
  } catch (error) {
    if (said || (error as { readonly code?: unknown }).code !== 'REFUSED') throw error;
    await client.ask({ name: 'AUTH', argument: `${mechanism} ${response}`, alone: true, challenge: () => '' });
  }
}

import { EmailError, say, type AccessToken, type Credential, type ServerAddress } from '@mailwright/core';
import type { WebLane } from '@mailwright/network';
import { channelBindings } from './channel-bindings.ts';
import { kerberosSignIn } from './kerberos.ts';
import { authenticate, negotiate, readChallenge } from './ntlm.ts';

/** Milliseconds before its end that a token is asked for anew. */
const MARGIN = 60_000;

/** The ways to sign in that a server names (RFC 9110 section 11.6.1), in upper case. */
export function waysIn(challenges: readonly string[]): string[] {
  const words = challenges.flatMap((one) => one.split(/,\s*(?=[A-Za-z-]+(?:\s|,|$))/));
  return [...new Set(words.flatMap((one) => /^\s*([A-Za-z][A-Za-z-]{0,30})(?=\s|,|$)/.exec(one)?.[1]?.toUpperCase() ?? []))].slice(0, 20);
}

/** Asks over a lane with this header, before anything of the request goes out; answers the challenges of the refusal. */
export type Handshake = (authorization: string) => Promise<readonly string[]>;

/** What signs in the questions of a session. */
export interface SignIn {
  readonly username: string;
  /** The header of the next question on a lane; undefined where its connection is signed in already. */
  header(lane: WebLane, handshake: Handshake): Promise<string | undefined>;
  /** A question was refused: whether another try makes sense, with what was renewed. */
  again(lane: WebLane): Promise<boolean>;
  /** A question on the lane was not refused. */
  accepted(lane: WebLane): void;
  readonly scheme: string;
  /** The id of the application that a token was made out to, for texts. */
  readonly application?: string | undefined;
}

/** Errors: `auth.mechanism_missing`, before the credential is touched. */
export async function chooseSignIn(credential: Credential, { host }: ServerAddress, offered: readonly string[]): Promise<SignIn> {
  const missing = () => new EmailError('auth.mechanism_missing', { host, offered });
  if (credential.kind === 'token') return new Bearer(credential);
  if (credential.kind === 'none') {
    if (!offered.includes('NEGOTIATE')) throw missing();
    return kerberosSignIn(host);
  }
  const { username } = credential;
  const scheme = offered.find((one) => one === 'NTLM') ?? offered.find((one) => one === 'NEGOTIATE');
  if (scheme !== undefined) return new Ntlm(scheme === 'NTLM' ? 'NTLM' : 'Negotiate', host, username, () => credential.password.reveal());
  if (!offered.includes('BASIC')) throw missing();
  const value = Buffer.from(`${username}:${credential.password.reveal()}`).toString('base64');
  return {
    username,
    scheme: 'Basic',
    header: () => Promise.resolve(`Basic ${value}`),
    again: () => Promise.resolve(false),
    accepted: () => undefined,
  };
}

class Bearer implements SignIn {
  readonly scheme = 'Bearer';
  readonly username: string;
  readonly #credential: Extract<Credential, { readonly kind: 'token' }>;
  #token: AccessToken | undefined;
  #renewed = false;

  constructor(credential: Extract<Credential, { readonly kind: 'token' }>) {
    this.#credential = credential;
    this.username = credential.username;
  }

  get application(): string | undefined {
    return this.#token && applicationOf(this.#token.value.reveal());
  }

  async header(): Promise<string> {
    if (!this.#token || this.#token.expiresAt.getTime() < Date.now() + MARGIN) this.#token = await this.#credential.token();
    return `Bearer ${this.#token.value.reveal()}`;
  }

  /** A second refusal in a row is final. */
  async again(): Promise<boolean> {
    if (this.#renewed) return false;
    this.#renewed = true;
    this.#token = await this.#credential.token({ fresh: true });
    return true;
  }

  accepted(): void {
    this.#renewed = false;
  }
}

/** The application that a token names (a JWT of Microsoft), where it can be read; shown, never trusted. */
function applicationOf(token: string): string | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Readonly<Record<string, unknown>>;
    const id = claims['appid'] ?? claims['azp'];
    return typeof id === 'string' && /^[\w.-]{1,100}$/.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** NTLM signs a connection in, not a question: the handshake is made once on each. */
class Ntlm implements SignIn {
  readonly scheme: string;
  readonly username: string;
  readonly #host: string;
  readonly #password: () => string;
  readonly #signedIn = new WeakSet<object>();
  #refused = 0;

  constructor(scheme: 'NTLM' | 'Negotiate', host: string, username: string, password: () => string) {
    this.scheme = scheme;
    this.#host = host;
    this.username = username;
    this.#password = password;
  }

  async header(lane: WebLane, handshake: Handshake): Promise<string | undefined> {
    if (lane.socket && this.#signedIn.has(lane.socket)) return undefined;
    const challenges = await handshake(`${this.scheme} ${negotiate().toString('base64')}`);
    const answer = challenges
      .map((one) => new RegExp(`^${this.scheme} +([A-Za-z0-9+/=]+)`, 'i').exec(one)?.[1])
      .find((one) => one !== undefined);
    const challenge = answer === undefined ? undefined : readChallenge(Buffer.from(answer, 'base64'));
    if (!challenge) throw new EmailError('server.unexpected', { host: this.#host, problem: say`it offers NTLM and gives no challenge` });
    const { certificate } = lane;
    const login = {
      username: this.username,
      password: this.#password(),
      host: this.#host,
      bindings: certificate && channelBindings(certificate),
    };
    return `${this.scheme} ${authenticate(challenge, login).toString('base64')}`;
  }

  /** A connection that lost its sign-in is signed in anew; a wrong password is not tried a third time. */
  again(lane: WebLane): Promise<boolean> {
    if (lane.socket) this.#signedIn.delete(lane.socket);
    return Promise.resolve(++this.#refused < 2);
  }

  accepted(lane: WebLane): void {
    this.#refused = 0;
    if (lane.socket) this.#signedIn.add(lane.socket);
  }
}

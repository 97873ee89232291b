import type { TLSSocket } from 'node:tls';
import { excerpt, type Credential, type OpenContext, type ServerAddress, type Stage, type StageName } from '@mailwright/core';
import { cleanText, timeIn } from '@mailwright/mime';
import type { Client } from './client.ts';
import { mechanismsOf } from './sign-in.ts';

const DAY = 86_400_000;
/** Days of validity left below which a certificate is worth a word. */
const SOON = 14;

const WAITING = {
  name: 'name lookup',
  reach: 'connecting',
  tls: 'TLS handshake',
  greeting: 'greeting',
  'sign-in': 'sign-in',
} as const satisfies Partial<Record<StageName, string>>;

/** Reports the stages of an opening as they happen on the connection that is then used. */
export class Stages {
  readonly #ctx: OpenContext;
  readonly #address: ServerAddress;
  readonly #done = new Set<StageName>();
  #since = performance.now();

  constructor(ctx: OpenContext, address: ServerAddress) {
    this.#ctx = ctx;
    this.#address = address;
  }

  /** What the opening is waiting for, for the text of a time-out. */
  waitingFor(): string {
    const stages: (keyof typeof WAITING)[] = [
      'name',
      'reach',
      ...(this.#address.security === 'tls' ? (['tls'] as const) : []),
      'greeting',
      'sign-in',
    ];
    return WAITING[stages.find((stage) => !this.#done.has(stage)) ?? 'sign-in'];
  }

  /** What dialing tells. */
  dialed(stage: 'name' | 'reach', text: string): void {
    this.#report(stage, 'ok', text);
    if (stage === 'reach' && this.#address.security === 'none')
      this.#report('tls', 'warning', 'Not encrypted: everyone on the way can read along.');
  }

  /** Waits for a handshake. `verify` throws for a peer that is not to be trusted. */
  securing(socket: TLSSocket, verify: (socket: TLSSocket) => void): void {
    socket.once('secureConnect', () => {
      try {
        verify(socket);
        this.#secured(socket);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  }

  greeted(client: Client): void {
    const said = excerpt(cleanText(client.greeting ?? '').text, 200);
    const text = `The server says: ${said === '' ? 'nothing' : said} Ways to sign in: ${mechanismsOf(client).join(', ')}.`;
    this.#report('greeting', ...withAlerts(client, text), timeIn(said));
  }

  signedIn({ kind, username }: Exclude<Credential, { readonly kind: 'none' }>, client: Client): void {
    this.#report('sign-in', ...withAlerts(client, `Signed in as ${username} with a ${kind}.`));
  }

  #secured(socket: TLSSocket): void {
    const { subject, issuer, valid_to: until } = socket.getPeerCertificate();
    const days = Math.floor((Date.parse(until) - Date.now()) / DAY);
    const names = `certificate of ${subject?.CN ?? 'no name'}, issued by ${issuer?.CN ?? issuer?.O ?? 'no name'}`;
    const text = `${socket.getProtocol() ?? 'TLS'}, ${names}, valid until ${until} (${days} days).`;
    if (socket.authorized) this.#report('tls', days < SOON ? 'warning' : 'ok', text);
    else this.#report('tls', 'warning', `${text} It is accepted only because of its fingerprint.`);
  }

  #report(stage: StageName, state: Stage['state'], text: string, serverTime?: string): void {
    if (this.#done.has(stage)) return;
    this.#done.add(stage);
    const now = performance.now();
    this.#ctx.stage({
      stage,
      side: 'reading',
      state,
      ms: Math.round(now - this.#since),
      text,
      ...(serverTime !== undefined && { serverTime }),
    });
    this.#since = now;
  }
}

/** RFC 3501 section 7.1: an alert must be shown to the user. */
function withAlerts(client: Client, text: string): ['ok' | 'warning', string] {
  const alerts = client.takeAlerts().map((one) => cleanText(one).text.slice(0, 300));
  return alerts.length === 0 ? ['ok', text] : ['warning', `${text} The server wants this to be read: ${alerts.join(' ')}`];
}

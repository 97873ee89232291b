import type { TLSSocket } from 'node:tls';
import {
  excerpt,
  say,
  type Credential,
  type OpenContext,
  type Phrase,
  type ServerAddress,
  type Stage,
  type StageName,
} from '@mailwright/core';

const DAY = 86_400_000;
/** Days of validity left below which a certificate is worth a word. */
const SOON = 14;

const WAITING = {
  name: say`name lookup`,
  reach: say`connecting`,
  tls: say`TLS handshake`,
  greeting: say`greeting`,
  'sign-in': say`sign-in`,
} as const satisfies Partial<Record<StageName, Phrase>>;

/** What a server says first. Texts are clean; `ways`: how one may sign in; `alerts` must be shown to a person. */
export interface Greeting {
  readonly said: string;
  readonly ways: readonly string[];
  readonly alerts?: readonly string[];
  /** What its clock says, ISO 8601. */
  readonly serverTime?: string | undefined;
}
type Login = Pick<Exclude<Credential, { readonly kind: 'none' }>, 'kind' | 'username'>;

/** Reports the stages of an opening as they happen on the connection that is then used. */
export class Stages {
  readonly #ctx: Pick<OpenContext, 'stage'>;
  readonly #address: ServerAddress;
  readonly #done = new Set<StageName>();
  #since = performance.now();

  constructor(ctx: Pick<OpenContext, 'stage'>, address: ServerAddress) {
    this.#ctx = ctx;
    this.#address = address;
  }

  /** What the opening is waiting for, for the text of a time-out. */
  waitingFor(): Phrase {
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
  dialed(stage: 'name' | 'reach', text: Phrase): void {
    this.#report(stage, 'ok', text);
    if (stage === 'reach' && this.#address.security === 'none')
      this.#report('tls', 'warning', say`Not encrypted: everyone on the way can read along.`);
  }

  /** Waits for a handshake. `verify` throws for a peer that is not to be trusted. */
  securing(socket: TLSSocket, verify: (socket: TLSSocket) => void): void {
    socket.once('secureConnect', () => {
      try {
        verify(socket);
        this.secured(socket);
      } catch (error) {
        socket.destroy(error as Error);
      }
    });
  }

  greeted({ said, ways: offered, alerts = [], serverTime }: Greeting): void {
    const words = excerpt(said, 200);
    const ways = offered.length === 0 ? say`none` : offered.join(', ');
    const text =
      words === ''
        ? say`The server says nothing. Ways to sign in: ${{ ways }}.`
        : say`The server says “${{ said: words }}”. Ways to sign in: ${{ ways }}.`;
    this.#report('greeting', ...withAlerts(alerts, text), serverTime);
  }

  signedIn({ kind, username }: Login, alerts: readonly string[] = []): void {
    const text = kind === 'password' ? say`Signed in as ${{ username }} with a password.` : say`Signed in as ${{ username }} with a token.`;
    this.#report('sign-in', ...withAlerts(alerts, text));
  }

  secured(socket: TLSSocket): void {
    const { subject, issuer, valid_to: end } = socket.getPeerCertificate();
    const days = Math.floor((Date.parse(end) - Date.now()) / DAY);
    // Node tells it with the name of an English month.
    const until = Number.isNaN(days) ? end : new Date(end).toISOString().slice(0, 10);
    const name = subject?.CN ?? say`no name`;
    const by = issuer?.CN ?? issuer?.O ?? say`no name`;
    const protocol = socket.getProtocol() ?? 'TLS';
    const text = say`${{ protocol }}, certificate of ${{ name }}, issued by ${{ by }}, valid until ${{ until }} (${{ days }} days).`;
    if (socket.authorized) this.#report('tls', days < SOON ? 'warning' : 'ok', text);
    else this.#report('tls', 'warning', say`${{ text }} It is accepted only because of its fingerprint.`);
  }

  #report(stage: StageName, state: Stage['state'], text: Phrase, serverTime?: string): void {
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

function withAlerts(alerts: readonly string[], text: Phrase): ['ok' | 'warning', Phrase] {
  if (alerts.length === 0) return ['ok', text];
  const said = alerts.map((one) => one.slice(0, 300)).join(' ');
  return ['warning', say`${{ text }} The server wants this to be read: ${{ alerts: said }}`];
}

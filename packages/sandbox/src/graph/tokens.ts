import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** What a token of the sandbox allows. */
export interface GraphGrant {
  /** Who signed in; left out, the token is an application's own. */
  readonly user?: string;
  /** Scopes of a person's token, roles of an application's: `Mail.Read` and the like. */
  readonly permissions: readonly string[];
  /** Milliseconds until it ends; an hour if left out. */
  readonly expiresIn?: number;
  /** Whom else it may open: mailboxes that were opened to this user, or those that an application was narrowed to (all if left out). */
  readonly mailboxes?: readonly string[];
}

interface Claims {
  readonly aud: string;
  readonly exp: number;
  readonly upn?: string;
  readonly scp?: string;
  readonly roles?: readonly string[];
  readonly mailboxes?: readonly string[];
}

export const AUDIENCE = 'https://graph.microsoft.com';
const HOUR = 3_600_000;

/** Bearer tokens in the form that Microsoft's have (RFC 7519, HS256), good for one start of the sandbox. */
export class Tokens {
  readonly #key = randomBytes(32);

  give({ user, permissions, expiresIn = HOUR, mailboxes }: GraphGrant): string {
    const claims: Claims = {
      aud: AUDIENCE,
      exp: Math.floor((Date.now() + expiresIn) / 1000),
      ...(user === undefined ? { roles: permissions } : { upn: user, scp: permissions.join(' ') }),
      ...(mailboxes && { mailboxes }),
    };
    const signed = [{ typ: 'JWT', alg: 'HS256' }, claims].map(encoded).join('.');
    return `${signed}.${this.#signature(signed)}`;
  }

  /** What a token allows; undefined where it is none of ours or has ended. */
  grantOf(token: string): GraphGrant | undefined {
    const [head = '', body = '', signature = ''] = token.split('.');
    const [given, right] = [Buffer.from(signature), Buffer.from(this.#signature(`${head}.${body}`))];
    if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
    const { exp, upn, scp = '', roles, mailboxes } = JSON.parse(Buffer.from(body, 'base64url').toString()) as Claims;
    if (exp * 1000 <= Date.now()) return undefined;
    return {
      ...(upn !== undefined && { user: upn }),
      permissions: roles ?? scp.split(' ').filter((one) => one !== ''),
      ...(mailboxes && { mailboxes }),
    };
  }

  #signature(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

const encoded = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url');

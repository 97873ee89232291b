import { EmailError, say } from '@mailwright/core';
import type { SignIn } from './sign-in.ts';

/** What is used of kerberos 7.0.0, an optional package: it is made of machine code, and few need it. */
interface Kerberos {
  /** Chooses Kerberos by SPNEGO (RFC 4178), which is what Negotiate means (RFC 4559). */
  readonly GSS_MECH_OID_SPNEGO: number;
  initializeClient(service: string, options: { readonly mechOID: number }): Promise<{ step(challenge: string): Promise<string> }>;
}

/**
 * The user who is signed in to this machine, by a ticket (RFC 4559). Errors: `input.invalid` where the optional package is not there;
 * `auth.rejected` where the machine has no ticket to show.
 */
export async function kerberosSignIn(host: string): Promise<SignIn> {
  const library = await load();
  const service = process.platform === 'win32' ? `HTTP/${host}` : `HTTP@${host}`;
  const username = process.env['USERNAME'] ?? process.env['USER'] ?? '';
  const signedIn = new WeakSet<object>();
  return {
    username,
    scheme: 'Negotiate',
    // A ticket signs a connection in, as NTLM does; each connection gets one of its own, which cannot be shown again.
    async header(lane) {
      if (lane.socket && signedIn.has(lane.socket)) return undefined;
      try {
        const client = await library.initializeClient(service, { mechOID: library.GSS_MECH_OID_SPNEGO });
        return `Negotiate ${await client.step('')}`;
      } catch (error) {
        throw new EmailError('auth.rejected', { host, username, serverSaid: (error as Error).message }, { cause: error });
      }
    },
    again: () => Promise.resolve(false),
    accepted: (lane) => void (lane.socket && signedIn.add(lane.socket)),
  };
}

async function load(): Promise<Kerberos> {
  // By a variable: whoever compiles this does not need the package either.
  const name = 'kerberos';
  try {
    const { default: library } = (await import(name)) as { readonly default: Kerberos };
    return library;
  } catch (error) {
    throw new EmailError(
      'input.invalid',
      {
        path: 'server.auth.mode',
        problem: say`signing in as the user of this machine needs the package kerberos, which is not installed`,
        cure: say`Install it (npm install kerberos), or choose login mode basic.`,
      },
      { cause: error },
    );
  }
}

import { X509Certificate } from 'node:crypto';
import { EmailError } from '@mailwright/core';
import type { Account } from '../store/account.ts';
import type { Store } from '../store/store.ts';
import type { EwsFault } from './faults.ts';
import { versionNumber } from './versions.ts';

/** What was asked and answered, for tests: whole, with the mail in it, but without the header in which passwords come. */
export interface EwsExchange {
  /** Such as FindItem; `Autodiscover`; empty where no request came so far. */
  readonly operation: string;
  /** The address of whoever signed in, empty for nobody. */
  readonly user: string;
  readonly status: number;
  readonly request: string;
  readonly response: string;
}

export interface EwsOptions {
  /** The newest version that the server knows; Exchange2013_SP1 unless given. */
  readonly version?: string;
  /** Ways to sign in that are offered, in this order; all that can be by default. Bearer needs `acceptToken`. */
  readonly signIn?: readonly ('Negotiate' | 'NTLM' | 'Basic' | 'Bearer')[];
  /** Whether a user may open another's mailbox (full access), and send as it; nobody by default. */
  readonly mayOpen?: (user: string, mailbox: string) => boolean;
  /** Whether a user may act as another (ApplicationImpersonation); nobody by default. */
  readonly mayImpersonate?: (user: string, mailbox: string) => boolean;
  /** Asked at every request that has signed in. */
  readonly fault?: (operation: string, attempt: number) => EwsFault | undefined;
  /** How many items a page really gets, where a client wants so many: servers may give fewer. */
  readonly pageSize?: (wanted: number) => number;
  /** Where Autodiscover sends a client instead: another address, or another URL. */
  readonly redirect?: (address: string) => { readonly address: string } | { readonly url: string } | undefined;
  readonly log?: (exchange: EwsExchange) => void;
}

/** The same with all that the face needs. */
export interface EwsSettings extends Required<Omit<EwsOptions, 'log' | 'version'>> {
  readonly store: Store;
  readonly version: number;
  /** SHA-256 of the certificate that is used where TLS is below. */
  readonly certificateHash: Buffer;
  readonly acceptToken: ((address: string, token: string) => boolean) | undefined;
  readonly log: ((exchange: EwsExchange) => void) | undefined;
}

type Around = { readonly ews?: EwsOptions; readonly acceptToken?: (address: string, token: string) => boolean };

/** `certificate` is the server's own, PEM. Errors: `input.invalid` for a version that is none. */
export function ewsSettings({ ews = {}, acceptToken }: Around, store: Store, certificate: string): EwsSettings {
  const version = versionNumber(ews.version ?? 'Exchange2013_SP1');
  if (version === undefined)
    throw new EmailError('input.invalid', {
      path: 'ews.version',
      problem: 'it is no version of Exchange',
      cure: 'Write it as Exchange2013_SP1.',
    });
  return {
    signIn: ['Negotiate', 'NTLM', 'Basic', 'Bearer'],
    mayOpen: () => false,
    mayImpersonate: () => false,
    fault: () => undefined,
    pageSize: (wanted) => wanted,
    redirect: () => undefined,
    log: undefined,
    ...ews,
    version,
    store,
    acceptToken,
    certificateHash: Buffer.from(new X509Certificate(certificate).fingerprint256.replaceAll(':', ''), 'hex'),
  };
}

/** Whom a token is good for, where nothing else tells: it is tried with each account. */
export function accountOfToken({ store, acceptToken }: Pick<EwsSettings, 'store' | 'acceptToken'>, token: string): Account | undefined {
  return [...store.accounts.values()].find(({ address }) => acceptToken?.(address, token) ?? false);
}

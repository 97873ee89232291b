import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { EmailError } from '@mailwright/core';

/** Contexts that are kept: making one reads hundreds of certificates, which takes some 10 ms. */
const KEPT = 20;

let known: readonly string[] | undefined;
const contexts = new Map<string, SecureContext>();

/** A certificate of ours and its key, shown to a server that asks for one; PEM both. */
interface Shown {
  readonly cert: string;
  readonly key: string;
}

/**
 * Whom every TLS connection trusts: Node's own list of certificate authorities, the operating system's, and the ones given (PEM).
 * TLS 1.2 or newer. Errors: `input.invalid` for a certificate of ours that cannot be used.
 */
export function trust(ca: readonly string[] = [], shown?: Shown): SecureContext {
  const key = ca.join('\n');
  const found = shown ? undefined : contexts.get(key);
  if (found) return found;
  // Reading the system's store takes a while, most of all on Windows: at the first connection, and once.
  known ??= [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  const context = contextOf([...known, ...ca], shown);
  if (shown) return context;
  contexts.set(key, context);
  if (contexts.size > KEPT) contexts.delete(contexts.keys().next().value ?? '');
  return context;
}

function contextOf(ca: string[], shown: Shown | undefined): SecureContext {
  try {
    return createSecureContext({ ca, minVersion: 'TLSv1.2', ...shown });
  } catch (error) {
    const cure = 'Store both in PEM form, whole, from the line -----BEGIN to the line -----END.';
    const problem = 'the certificate or its key cannot be used';
    throw new EmailError('input.invalid', { path: 'certificate', problem, cure }, { cause: error });
  }
}

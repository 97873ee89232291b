import { networkError } from './network.ts';

describe('an error of the network', () => {
  const told = (error: object) => networkError(Object.assign(new Error('native'), error), { host: 'h.test', port: 993 })?.toJSON();
  test.each([
    ['ENOTFOUND', 'connection.host_unknown'],
    ['ECONNREFUSED', 'connection.refused'],
    ['ETIMEDOUT', 'connection.timeout'],
    ['CERT_HAS_EXPIRED', 'connection.tls_expired'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'connection.tls_mismatch'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'connection.tls_untrusted'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'connection.tls_failed'],
    ['EPROTO', 'connection.tls_failed'],
    ['ECONNRESET', 'connection.lost'],
  ])('%s is %s', (code, expected) => {
    expect(told({ code })).toMatchObject({ code: expected, details: { host: 'h.test' } });
  });
  test('advises nothing that would not help: the authorities of the system are trusted already', () => {
    const message = 'unable to verify the first certificate; if the root CA is installed locally, try running Node.js with --use-system-ca';
    expect(told({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', message })?.message).toBe(
      'The certificate of h.test is not trusted: unable to verify the first certificate',
    );
  });
  test('says what the certificate shows', () => {
    const cert = { valid_to: 'Jan  1 2020', fingerprint256: 'AA:BB', subjectaltname: 'DNS:other.test' };
    expect(told({ code: 'CERT_HAS_EXPIRED', cert })?.message).toContain('Jan  1 2020');
    expect(told({ code: 'ERR_TLS_CERT_ALTNAME_INVALID', cert })?.message).toContain('DNS:other.test');
    expect(told({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', cert })?.details).toMatchObject({ sha256: 'AA:BB' });
  });
  test('what says nothing of the network is left to others', () => {
    for (const error of [undefined, 'text', new Error('x'), { code: 'ENOENT' }])
      expect(networkError(error, { host: 'h', port: 1 })).toBeUndefined();
  });
});

import type { EmailError } from './errors.ts';
import { serverAddress } from './server.ts';

describe('a host', () => {
  const PORTS = { tls: 993, starttls: 143, none: 143 };
  const refusal = (host: string) => {
    try {
      return serverAddress({ host, security: 'tls' }, 'imap', PORTS);
    } catch (error) {
      return (error as EmailError).toJSON();
    }
  };
  test.each(['', 'a b', 'h.test:0', 'h.test:65536', 'h.test:x', 'h.test:', 'imap://', '[::1', 'http://h.test'])(
    '"%s" is refused at its field',
    (host) => {
      expect(refusal(host)).toMatchObject({ code: 'input.invalid', details: { path: 'host' } });
    },
  );
  test('a password in it is refused and not repeated', () => {
    const told = refusal('imaps://me:canary@h.test');
    expect(told).toMatchObject({ code: 'input.invalid' });
    expect(JSON.stringify(told)).not.toContain('canary');
  });
  test('a path behind it is left away', () => {
    expect(refusal('imaps://h.test/INBOX')).toEqual({ host: 'h.test', port: 993, security: 'tls' });
  });
});

import { createPrivateKey, sign } from 'node:crypto';
import { EmailError, Secret, defineAuth, secretField, settingField } from '@mailwright/core';
import { z } from 'zod';
import { allowTokenTo } from './forms.ts';
import { GOOGLE_MAIL, GOOGLE_TOKENS } from './providers/google.ts';
import { ask, recordOf } from './providers/oauth.ts';
import { settingOf } from './setting.ts';
import { tokenKey, tokenSource } from './token-source.ts';

/** What we read of the JSON file that Google gives for a service account. */
const Key = z.object({ client_email: z.string().min(3), private_key: z.string().min(20), private_key_id: z.string().optional() });

/** A service account that acts for a mailbox of its domain (RFC 7523; domain-wide delegation). */
export const googleServiceAccount = defineAuth({
  mode: 'google-service-account',
  title: 'Google service account',
  input: z.strictObject({
    mode: z.literal('google-service-account'),
    key: secretField({ title: 'Key', description: 'The JSON file of the service account' }),
    username: settingField({ title: 'Mailbox', description: 'The address of the domain that it acts for' }),
    allowTokenTo,
  }),
  async authenticate({ key, username }, ctx) {
    const secret = (await ctx.secret(key)).reveal();
    const { client_email: clientId, private_key: pem, private_key_id: kid } = read(secret);
    const scopes = [GOOGLE_MAIL];
    const mailbox = await settingOf(username, ctx);
    const about = { provider: 'Google', username: mailbox, clientId, scopes, mode: 'google-service-account' };
    const begin = async () => {
      const now = Math.floor(Date.now() / 1000);
      const claims = { iss: clientId, sub: mailbox, scope: scopes.join(' '), aud: GOOGLE_TOKENS, iat: now, exp: now + 3600 };
      const assertion = signed({ alg: 'RS256', typ: 'JWT', ...(kid !== undefined && { kid }) }, claims, pem);
      const form = { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion };
      return recordOf(await ask(ctx.http, GOOGLE_TOKENS, form, about, ctx.signal), about);
    };
    const token = tokenSource(tokenKey('google-service-account', clientId, mailbox.toLowerCase(), ...scopes), ctx, begin, {
      secrets: [secret],
    });
    await token();
    return { kind: 'token', username: mailbox, mailbox, token };
  },
});

function read(text: string): z.output<typeof Key> {
  try {
    const key = Key.parse(JSON.parse(text));
    createPrivateKey(key.private_key);
    // In the file its line ends are escaped.
    void new Secret(key.private_key);
    return key;
  } catch {
    // The cause holds the key.
    throw new EmailError('input.invalid', {
      path: 'auth.key',
      problem: 'the secret is no key of a service account',
      cure: 'Store the whole JSON file that the Google console gave: it has client_email and private_key.',
    });
  }
}

function signed(header: object, claims: object, pem: string): string {
  const body = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${body}.${sign('RSA-SHA256', Buffer.from(body), pem).toString('base64url')}`;
}

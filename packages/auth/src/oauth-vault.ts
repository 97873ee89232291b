import { userInfo } from 'node:os';
import { EmailError, defineAuth, more, settingField, ui, type AccessToken } from '@mailwright/core';
import { z } from 'zod';
import { settingOf } from './setting.ts';

/** A sign-in that a vault manages: it keeps and renews the token, the bot only uses it. */
export const oauthVault = defineAuth({
  mode: 'oauth-vault',
  title: 'OAuth2: managed connection',
  input: z.strictObject({
    mode: z.literal('oauth-vault'),
    connection: z
      .string()
      .min(1)
      .meta(ui('connection', { title: 'Connection', description: 'Set up under Credentials, or with mailwright sign-in' })),
    tokenType: z
      .enum(['shared', 'user'])
      .default('shared')
      .meta({ title: 'Token type', description: 'shared: one sign-in for everyone; user: of whoever runs the automation' }),
    username: settingField({ title: 'User name', description: 'The address of whoever signed in, or of the mailbox' }),
    mailbox: settingField({ title: 'Mailbox', description: 'Another one that this user may open, such as a shared mailbox' }).optional(),
    vault: z
      .string()
      .min(1)
      .default('connections')
      .meta(more({ title: 'Vault' })),
  }),
  async authenticate({ connection, tokenType, username, mailbox, vault: id }, ctx) {
    const vault = ctx.vault(id);
    const accessToken = vault.accessToken?.bind(vault);
    if (!accessToken)
      throw new EmailError('input.invalid', {
        path: 'auth.vault',
        problem: `the vault "${id}" keeps no connections`,
        cure: 'Leave vault out to use the connections that mailwright sign-in makes.',
      });
    const name = await settingOf(username, ctx);
    const owner = tokenType === 'shared' ? 'shared' : { user: ctx.user ?? userInfo().username };
    const { backend, host } = ctx;
    let last: AccessToken | undefined;
    const token = async ({ fresh = false } = {}) => {
      const refused = fresh && last ? { refused: last.value } : {};
      return (last = await accessToken(connection, owner, { backend, ...(host !== undefined && { host }), ...refused }));
    };
    await token();
    return { kind: 'token', username: name, ...(mailbox !== undefined && { mailbox: await settingOf(mailbox, ctx) }), token };
  },
});

import { defineAuth, secretField, settingField } from '@mailwright/core';
import { z } from 'zod';
import { settingOf } from './setting.ts';

/** User name and password, as the mail server knows them. Google takes an app password here. */
export const basic = defineAuth({
  mode: 'basic',
  title: 'User name and password',
  input: z.strictObject({
    mode: z.literal('basic'),
    username: settingField({ title: 'User name', description: 'Often the whole address' }),
    password: secretField({ title: 'Password' }),
  }),
  async authenticate({ username, password }, ctx) {
    const name = await settingOf(username, ctx);
    return { kind: 'password', username: name, password: await ctx.secret(password) };
  },
});

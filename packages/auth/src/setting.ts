import type { AuthContext, SecretRef } from '@mailwright/core';

/** The text of a setting that may also be a reference: a user name, a client id, a tenant. It is no secret, and is shown. */
export async function settingOf(value: string | SecretRef, ctx: Pick<AuthContext, 'secret'>): Promise<string> {
  if (typeof value === 'string') return value;
  return 'insecure' in value ? value.insecure : (await ctx.secret(value)).reveal();
}

import { defineAuth } from '@mailwright/core';
import { z } from 'zod';

/** No proof of identity: a relay that trusts the network, files, the signed-in profile of Outlook. */
export const none = defineAuth({
  mode: 'none',
  title: 'No login',
  input: z.strictObject({ mode: z.literal('none') }),
  authenticate: () => Promise.resolve({ kind: 'none' }),
});

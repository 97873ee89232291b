import { SessionName, defineSession } from '@mailwright/core';
import { z } from 'zod';

export const disconnect = defineSession({
  id: 'email.disconnect',
  title: 'Disconnect',
  summary: 'Closes a session. The end of the automation closes what is still open.',
  line: 'Disconnect "{session}"',
  effect: 'read',
  input: z.strictObject({ session: SessionName, all: z.boolean().default(false).meta({ title: 'All sessions' }) }),
  output: z.object({ closed: z.array(z.string()) }),
  async run({ session, all }, { sessions }) {
    const closed: string[] = [];
    for (const name of all ? sessions.names() : [session]) if (await sessions.close(name)) closed.push(name);
    return { closed };
  },
});

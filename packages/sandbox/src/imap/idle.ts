import type { Handlers } from './commands.ts';
import { Malformed } from './words.ts';

export const idleCommands: Handlers = {
  IDLE: {
    needs: 'login',
    extension: 'idle',
    async run(session) {
      session.wire.line('+ idling');
      session.view?.tell(session.wire, true);
      session.idling = true;
      const line = await session.wire.next();
      session.idling = false;
      if (!line) return undefined;
      if (!/^done$/i.test(line.text)) throw new Malformed('DONE expected');
      return '';
    },
  },
};

import { spawn } from 'node:child_process';
import type { Person } from '@mailwright/sdk';
import { aside } from './command.ts';

/** Whoever sits at this terminal: the system's browser is opened, and what to do is shown too. */
export const atTerminal: Person = {
  openBrowser(url) {
    aside(`Sign in with your browser. If none opens, go to:\n${url.href}`);
    const [program = '', ...args] =
      process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url.href]
        : [process.platform === 'darwin' ? 'open' : 'xdg-open', url.href];
    // Without a browser the address that was shown is enough.
    if (!process.env['MAILWRIGHT_NO_BROWSER'])
      spawn(program, args, { stdio: 'ignore', detached: true })
        .once('error', () => undefined)
        .unref();
    return Promise.resolve();
  },
  showCode: ({ url, code }) => aside(`Go to ${url} on any device and enter the code ${code}`),
};

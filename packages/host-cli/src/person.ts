import { spawn } from 'node:child_process';
import type { Person } from '@mailwright/sdk';
import { aside } from './command.ts';

/** Opens the system's browser. Where there is none, nothing happens: the address has been shown. */
export function openBrowser(url: string): void {
  const noDisplay = process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY'];
  if (process.env['MAILWRIGHT_NO_BROWSER'] || noDisplay) return;
  const [program = '', ...args] =
    process.platform === 'win32'
      ? ['rundll32', 'url.dll,FileProtocolHandler', url]
      : [process.platform === 'darwin' ? 'open' : 'xdg-open', url];
  spawn(program, args, { stdio: 'ignore', detached: true })
    .once('error', () => undefined)
    .unref();
}

/** Whoever sits at this terminal: the system's browser is opened, and what to do is shown too. */
export const atTerminal: Person = {
  openBrowser(url) {
    aside(`Sign in with your browser. If none opens, go to:\n${url.href}`);
    openBrowser(url.href);
    return Promise.resolve();
  },
  showCode: ({ url, code }) => aside(`Go to ${url} on any device and enter the code ${code}`),
};

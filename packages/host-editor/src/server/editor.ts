import { realpath, stat } from 'node:fs/promises';
import { dataFolder, type Email, type Logger } from '@mailwright/sdk';
import type { Boot } from '../api.ts';
import { AutomationFolder } from './automations/folder.ts';
import { automationRoutes } from './automations/routes.ts';
import { bootRoutes } from './boot.ts';
import { connectionRoutes } from './credentials/connections.ts';
import { sessionRoutes } from './credentials/sessions.ts';
import { vaultRoutes } from './credentials/vaults.ts';
import { refusal } from './errors.ts';
import { serve } from './http.ts';
import type { Parts } from './parts.ts';
import { createRouter } from './router.ts';
import { addRunRoutes } from './runs/routes.ts';
import { Runs } from './runs/runs.ts';
import type { ImageSource } from './servers/images.ts';
import { serverRoutes } from './servers/routes.ts';
import { readSettings, settingsRoutes } from './settings.ts';

export interface EditorOptions {
  /** The folder of automations: nothing outside it is read or written. */
  readonly folder: string;
  /** A new Email for each run or question, so that a run has its own sessions. */
  readonly createEmail: (options: { readonly files: string; readonly log?: Logger }) => Email;
  /** A free one if left out. */
  readonly port?: number;
  readonly demo?: Boot['demo'];
  /** Brings the sample of the demo back to its beginning. */
  readonly resetDemo?: () => Promise<void>;
  readonly version: string;
  /** How remote images of mails are fetched, where a person asks for them; over https from public addresses if left out. */
  readonly images?: ImageSource;
  /** Where runs and settings are kept; the user's own data folder if left out. */
  readonly data?: string;
}
export interface Editor {
  /** With the token in its fragment: whoever has it can read mail. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the editor on 127.0.0.1. Errors: `input.invalid` where the folder is none, EADDRINUSE where the port is taken. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const isFolder = await stat(options.folder).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw refusal('FOLDER', `${options.folder} is no folder`, 'Name a folder that exists, or make it first.');
  const ends: (() => Promise<void>)[] = [];
  const folder = new AutomationFolder(await realpath(options.folder));
  const parts: Parts = {
    options,
    router: createRouter(),
    unlocked: createRouter(),
    email: options.createEmail({ files: folder.root }),
    folder,
    data: options.data ?? dataFolder(),
    onClose: (work) => void ends.push(work),
  };
  const { data } = parts;
  const keepValues = async () => (await readSettings(data)).keepValues;
  const runs = new Runs({ folder: folder.root, data, createEmail: options.createEmail, keepValues });
  addRunRoutes(parts.router, runs);
  bootRoutes(parts);
  settingsRoutes(parts);
  automationRoutes(parts, runs);
  serverRoutes(parts);
  vaultRoutes(parts);
  connectionRoutes(parts);
  sessionRoutes(parts);
  const served = await serve(parts.router, parts.unlocked, options.port);
  return {
    url: served.url,
    async close() {
      await runs.close();
      await served.close();
      await Promise.allSettled([...ends, () => parts.email.close()].map((end) => end()));
    },
  };
}

import { basename, resolve } from 'node:path';
import { dataFolder, type Email, type Logger } from '@mailwright/sdk';
import type { Boot, Fields } from '../api.ts';
import { serve } from './http.ts';
import { createRouter } from './router.ts';
import { addRunRoutes } from './runs/routes.ts';
import { Runs } from './runs/runs.ts';

export interface EditorOptions {
  /** The folder of automations: nothing outside it is read or written. */
  readonly folder: string;
  /** A new Email for each run or question, so that a run has its own sessions. */
  readonly createEmail: (options: { readonly files: string; readonly log?: Logger }) => Email;
  /** Where runs and settings are kept; the user's own data folder if left out. */
  readonly data?: string;
  /** A free one if left out. */
  readonly port?: number;
  readonly demo?: Boot['demo'];
  readonly version: string;
}
export interface Editor {
  /** With the token in its fragment: whoever has it can read mail. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts the editor on 127.0.0.1. Errors: `connection.refused` where the port is taken. */
export async function startEditor(options: EditorOptions): Promise<Editor> {
  const router = createRouter();
  router.on('GET', 'boot', () => Promise.resolve(boot(options)));
  const { data = dataFolder(), folder, createEmail } = options;
  const runs = new Runs({ folder, data, createEmail, keepValues: () => Promise.resolve(0) });
  addRunRoutes(router, runs);
  const server = await serve(router, options.port);
  return {
    url: server.url,
    async close() {
      await runs.close();
      await server.close();
    },
  };
}

function boot({ folder, version, demo, createEmail }: EditorOptions): Boot {
  const { definitions } = createEmail({ files: folder });
  return {
    version,
    folder: basename(resolve(folder)),
    languages: [{ tag: 'en', name: 'English' }],
    definitions: definitions.map(({ id, kind, title, summary, effect, ...rest }) => ({
      id,
      kind,
      title,
      summary,
      effect,
      needs: 'needs' in rest ? rest.needs : [],
      input: rest.input.toJSONSchema({ io: 'input' }) as unknown as Fields,
    })),
    servers: [],
    functions: [],
    settings: { keepValues: 0 },
    ...(demo && { demo }),
  };
}

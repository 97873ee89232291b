import { basename, resolve } from 'node:path';
import type { Email } from '@mailwright/sdk';
import type { Boot, Fields } from '../api.ts';
import { serve } from './http.ts';
import { createRouter } from './router.ts';

export interface EditorOptions {
  /** The folder of automations: nothing outside it is read or written. */
  readonly folder: string;
  /** A new Email for each run or question, so that a run has its own sessions. */
  readonly createEmail: (options: { readonly files: string }) => Email;
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
  return serve(router, options.port);
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

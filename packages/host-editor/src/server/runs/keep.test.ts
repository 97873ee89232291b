import { readFile, readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { createEmail } from '@mailwright/sdk';
import type { StepValues } from '../../api.ts';
import { startEditor } from '../editor.ts';
import { startStand, talkTo, type Stand } from './stand.test.fixture.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
}, 30_000);
afterAll(async () => stand?.[Symbol.asyncDispose]());

const place = async () => {
  const root = join(stand.data, 'editor', 'runs');
  return join(root, (await readdir(root))[0] ?? '');
};
const kept = async () => (await readdir(await place())).filter((name) => name.endsWith('.values'));
/** Another editor over the same folders: it has nothing in memory. */
async function later<T>(look: (call: Stand['call']) => Promise<T>): Promise<T> {
  const { folder, data } = stand;
  const editor = await startEditor({ folder, data, version: '0', createEmail: (options) => createEmail(options) });
  try {
    return await look(talkTo(editor.url).call);
  } finally {
    await editor.close();
  }
}
async function ran(): Promise<string> {
  const { run } = await stand.start({ mode: 'dry-run' });
  await stand.lines(run);
  return run;
}

test('values are gone with the editor unless they are kept, and kept ones go after their days', async () => {
  const before = await ran();
  expect(await later((call) => call<StepValues>('GET', `runs/${before}/values/each`))).toEqual({ values: [], kept: false });
  expect(await kept()).toEqual([]);

  await stand.call('PUT', 'settings', { keepValues: 2 });
  const run = await ran();
  for (let tries = 0; tries < 100 && (await kept()).length === 0; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await kept()).toEqual([`${run}.values`]);
  const values = await later((call) => call<StepValues>('GET', `runs/${run}/values/save`));
  expect(values).toMatchObject({ kept: true, values: expect.arrayContaining([expect.objectContaining({ round: 1 })]) as unknown });
  expect(await readFile(join(await place(), `${run}.values`), 'utf8')).not.toContain(stand.world.user.password);

  const old = new Date(Date.now() - 3 * 86_400_000);
  await utimes(join(await place(), `${run}.values`), old, old);
  await ran();
  for (let tries = 0; tries < 100 && (await kept()).includes(`${run}.values`); tries++)
    await new Promise((resolve) => setTimeout(resolve, 20));
  expect(await kept()).not.toContain(`${run}.values`);
  expect(await later((call) => call<StepValues>('GET', `runs/${run}/values/save`))).toMatchObject({ kept: false });
}, 60_000);

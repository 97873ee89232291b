import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runProgram } from './cli.test.fixture.ts';

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8')) as { version: string };

test.each(['--version', '-v'])('%s tells the version and nothing else', async (flag) => {
  expect(await runProgram([flag], { env: {} })).toEqual({ code: 0, out: `${version}\n`, err: '' });
});

test('help is there without a word, by its name, and for one command; what is no command is told with it', async () => {
  const [plain, named, one, wrong] = await Promise.all(
    [[], ['help'], ['run', '--help'], ['rum']].map((args) => runProgram(args, { env: {} })),
  );
  expect(plain).toMatchObject({ code: 0, out: expect.stringContaining('mailwright test-connection') as string });
  expect(named).toEqual(plain);
  expect(one).toMatchObject({ code: 0, out: expect.stringMatching(/^mailwright run FILE/) as string });
  expect(wrong).toMatchObject({ code: 2, out: '', err: expect.stringContaining('no command "rum"') as string });
});

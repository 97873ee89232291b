import { inspect } from 'node:util';
import { EmailError, Secret, type VaultProvider } from '@mailwright/core';

/** A vault for one test, and the same vault in other circumstances; each is left out where it cannot be. */
export interface VaultUnderTest {
  readonly vault: VaultProvider;
  /** Puts a value into it by other means than ours, and gives its key; the vault's own `set` if left out. */
  readonly store?: (value: string) => Promise<string>;
  /** A key that is not there. */
  readonly missing: string;
  /** The key of something that is there, with a field that is not. */
  readonly missingField?: string;
  /** Nothing answers. */
  readonly unreachable?: VaultProvider;
  /** It does not let us in. */
  readonly locked?: VaultProvider;
  /** It takes the question and never answers; set up to wait no longer than a second. */
  readonly silent?: VaultProvider;
  /** What opens the vault: no error may show it. */
  readonly secrets?: readonly string[];
  close?(): Promise<void>;
}

/** Values that a careless way in or out would change: quotes, shell and format characters, line ends, many bytes. */
export const VALUES: readonly (readonly [string, string])[] = [
  ['quotes', `canary "double" 'single' \`back\` \\ \\" end`],
  ['characters of shells and formats', 'canary $(rm) ${HOME} %s %20 & | ; < > { } [ ] # ? * ! ~ = , @ +/'],
  ['letters of the world', 'canary käse ß Ωμέγα 日本語 🔑 e\u0301'],
  ['blanks at both ends', '  canary between blanks\t '],
  ['several lines', '-----BEGIN canary-----\nline one\nline two\n-----END canary-----'],
  ['20 kB', `canary ${'ü"\\'.repeat(5_000)} end`],
];
/** Longer than any vault under test may be silent, in milliseconds. */
const SILENCE = 3_000;
const LIMIT = 60_000;

interface VaultCheck {
  readonly title: string;
  run(under: VaultUnderTest): Promise<void>;
}

/** Every promise that a vault makes. */
export const VAULT_CHECKS: readonly VaultCheck[] = [
  ...VALUES.map(([what, value]) => ({
    title: `gives a value with ${what} as it was stored`,
    async run(under: VaultUnderTest) {
      const secret = await under.vault.read(await stored(under, value));
      // Not by toBe: a failed comparison would print the value.
      if (secret.reveal() !== value)
        throw new Error(`${secret.reveal().length} other characters came back than the ${value.length} stored`);
    },
  })),
  {
    title: 'a value cannot be printed',
    async run(under) {
      const secret = await under.vault.read(await stored(under, VALUES[0]?.[1] ?? ''));
      expect([String(secret), JSON.stringify({ secret }), inspect({ secret })]).toEqual([
        '[secret]',
        '{"secret":"[secret]"}',
        '{ secret: [secret] }',
      ]);
    },
  },
  {
    title: 'a missing key is named',
    async run(under) {
      await stored(under, VALUES[0]?.[1] ?? '');
      expect(await refused(under, under.vault.read(under.missing))).toMatchObject({
        code: 'vault.key_missing',
        message: expect.stringContaining(under.missing),
        details: { vault: under.vault.id, key: under.missing },
      });
    },
  },
  {
    title: 'names that every object has are missing too',
    async run(under) {
      for (const name of ['constructor', '__proto__', 'toString'])
        expect(await refused(under, under.vault.read(name))).toMatchObject({
          code: expect.stringMatching(/^(vault.key_missing|input.invalid)$/),
        });
    },
  },
  {
    title: 'a missing field is named',
    async run(under) {
      if (under.missingField === undefined) return;
      await stored(under, VALUES[0]?.[1] ?? '');
      for (const key of [under.missingField, under.missingField.replace(/#.*/, '#constructor')])
        expect(await refused(under, under.vault.read(key))).toMatchObject({ code: 'vault.key_missing', details: { key } });
    },
  },
  {
    title: 'locked is an error that says so',
    run: (under) => fails(under, under.locked, 'vault.locked'),
  },
  {
    title: 'unreachable is an error that says so, soon',
    run: (under) => fails(under, under.unreachable, 'vault.unreachable'),
  },
  {
    title: 'one that never answers is given up',
    run: (under) => fails(under, under.silent, 'vault.unreachable'),
  },
  {
    title: 'many reads at once do not disturb each other',
    async run(under) {
      const value = VALUES[2]?.[1] ?? '';
      const key = await stored(under, value);
      const read = await Promise.all(Array.from({ length: 8 }, () => under.vault.read(key)));
      expect(read.every((secret) => secret.reveal() === value)).toBe(true);
    },
  },
  {
    title: 'keys are listed, never values',
    async run({ vault, ...under }) {
      if (!vault.list) return;
      const value = VALUES[0]?.[1] ?? '';
      const key = await stored({ ...under, vault }, value);
      const keys = await vault.list();
      // The environment lists variables, which is another spelling of the same.
      const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
      expect(keys.some((one) => plain(one).endsWith(plain(key)))).toBe(true);
      expect(JSON.stringify(keys)).not.toContain('canary');
    },
  },
  {
    title: 'what can be written can be replaced and removed, and what is removed is missing',
    async run({ vault, ...under }) {
      if (!vault.set || !vault.remove) return expect('set' in vault || 'remove' in vault).toBe(false);
      await vault.set('conformance/one#field', new Secret('canary first'));
      await vault.set('conformance/one#field', new Secret('canary second'));
      expect((await vault.read('conformance/one#field')).reveal() === 'canary second').toBe(true);
      await vault.remove('conformance/one#field');
      for (const again of [() => vault.read('conformance/one#field'), () => vault.remove?.('conformance/one#field')])
        expect(await refused({ ...under, vault }, Promise.resolve(again()))).toMatchObject({ code: 'vault.key_missing' });
      expect(await vault.list?.()).not.toContain('conformance/one#field');
    },
  },
];

/** The promises of a vault as tests, each with a vault of its own. */
export function testVault(name: string, start: () => Promise<VaultUnderTest>): void {
  describe(`vault ${name}`, () => {
    const own = async (_: string, check: VaultCheck) => {
      const under = await start();
      try {
        await check.run(under);
      } finally {
        await under.close?.();
      }
    };
    test.each(VAULT_CHECKS.map((check) => [check.title, check] as const))('R1.54 a vault: %s', own, LIMIT);
  });
}

async function stored({ vault, store }: VaultUnderTest, value: string): Promise<string> {
  if (store) return store(value);
  if (!vault.set) throw new Error('a vault that cannot be written needs `store`');
  await vault.set('conformance#stored', new Secret(value));
  return 'conformance#stored';
}

async function fails(under: VaultUnderTest, vault: VaultProvider | undefined, code: string): Promise<void> {
  if (!vault) return;
  const key = await stored(under, VALUES[0]?.[1] ?? '');
  for (const ask of [() => vault.read(key), ...(vault.list ? [() => Promise.resolve(vault.list?.())] : [])]) {
    const before = Date.now();
    expect(await refused(under, ask())).toMatchObject({ code, details: { vault: vault.id } });
    expect(Date.now() - before).toBeLessThan(SILENCE);
  }
}

/** The error of a question that fails; nothing of it shows a secret, in whatever way it is looked at. */
async function refused({ secrets = [] }: VaultUnderTest, question: Promise<unknown>): Promise<EmailError> {
  const error: unknown = await question.then(
    () => new Error('it was answered'),
    (thrown: unknown) => thrown,
  );
  if (!EmailError.is(error)) throw new Error(`no error of ours: ${String(error)}`, { cause: error });
  const shown = [inspect(error, { depth: null, showHidden: true }), JSON.stringify(error), error.stack, error.fix].join('\n');
  const forms = ['canary', ...secrets].flatMap((one) => [
    one,
    Buffer.from(one).toString('base64').replace(/=+$/, ''),
    encodeURIComponent(one),
  ]);
  expect(forms.filter((form) => shown.includes(form))).toEqual([]);
  return error;
}

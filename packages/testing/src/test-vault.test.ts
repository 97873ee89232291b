import { EmailError, Secret, type VaultProvider } from '@mailwright/core';
import { VAULT_CHECKS, testVault, type VaultUnderTest } from './test-vault.ts';

const missing = (key: string) => new EmailError('vault.key_missing', { vault: 'fake', key, known: [] });
const unreachable = () => Promise.reject(new EmailError('vault.unreachable', { vault: 'fake', problem: 'it is off.' }));
const locked = () => Promise.reject(new EmailError('vault.locked', { vault: 'fake', problem: 'wrong token.' }));

function fakeVault(): VaultProvider {
  const values = new Map<string, string>();
  const valueOf = (key: string) => {
    const value = values.get(key);
    if (value === undefined) throw missing(key);
    return value;
  };
  return {
    id: 'fake',
    read: async (key) => new Secret(valueOf(key)),
    list: () => Promise.resolve([...values.keys()]),
    set: (key, value) => Promise.resolve(void values.set(key, value.reveal())),
    remove: async (key) => {
      valueOf(key);
      values.delete(key);
    },
  };
}
const honest = (over: Partial<VaultProvider> = {}): VaultUnderTest => {
  const vault = { ...fakeVault(), ...over };
  const without = { ...vault, read: unreachable, list: unreachable };
  return {
    vault,
    missing: 'none',
    missingField: 'conformance#none',
    unreachable: without,
    locked: { ...vault, read: locked, list: locked },
    silent: without,
  };
};
testVault('a fake', () => Promise.resolve(honest()));

/** The value as one that broke on its way. */
const changed = (change: (value: string) => string): VaultUnderTest => {
  const { vault } = honest();
  return honest({ ...vault, read: async (key) => new Secret(change((await vault.read(key)).reveal())) });
};
const inPlainSight = (value: string) => Object.assign(new Secret(value), { toJSON: () => value });
const fallingBack = { ...fakeVault(), read: () => Promise.resolve(new Secret('canary of another vault')) };

describe('the conformance suite sees a vault that', () => {
  test.each<readonly [string, string, () => VaultUnderTest]>([
    ['loses quotes', 'gives a value with quotes', () => changed((value) => value.replaceAll('"', ''))],
    ['runs values through a format', 'gives a value with characters of shells', () => changed((value) => value.replaceAll('%20', ' '))],
    ['thinks in Latin-1', 'gives a value with letters', () => changed((value) => Buffer.from(value, 'latin1').toString('latin1'))],
    ['trims', 'gives a value with blanks', () => changed((value) => value.trim())],
    ['reads one line', 'gives a value with several lines', () => changed((value) => value.split('\n')[0] ?? '')],
    ['cuts at 16 kB', 'gives a value with 20 kB', () => changed((value) => Buffer.from(value).subarray(0, 16_384).toString())],
    ['gives secrets that print', 'a value cannot be printed', () => honest({ read: () => Promise.resolve(inPlainSight('canary')) })],
    [
      'calls what is missing locked',
      'a missing key is named',
      () => honest({ read: (key) => (key === 'none' ? locked() : Promise.reject(missing(key))) }),
    ],
    [
      'finds what every object has',
      'names that every object has',
      () => honest({ read: () => Promise.resolve(new Secret('function Object')) }),
    ],
    ['gives another field', 'a missing field', () => honest({ read: () => Promise.resolve(new Secret('another field')) })],
    ['uses something else when it is locked', 'locked', () => ({ ...honest(), locked: fallingBack })],
    ['uses something else when nothing answers', 'unreachable', () => ({ ...honest(), unreachable: fallingBack })],
    [
      'throws whatever its library throws',
      'unreachable',
      () => ({ ...honest(), unreachable: { ...fakeVault(), read: () => Promise.reject(new Error('ECONNREFUSED')) } }),
    ],
    ['shows its own login in an error', 'locked', () => ({ ...honest(), secrets: ['wrong token'], locked: { id: 'fake', read: locked } })],
    [
      'shows a value in an error',
      'locked',
      () => ({
        ...honest(),
        locked: { id: 'fake', read: () => Promise.reject(new EmailError('vault.locked', { vault: 'fake', problem: 'not canary' })) },
      }),
    ],
    [
      'waits too long',
      'one that never answers',
      () => ({
        ...honest(),
        silent: { id: 'fake', read: () => new Promise((_, no) => setTimeout(() => void unreachable().catch(no), 3_100)) },
      }),
    ],
    ['mixes up answers', 'many reads at once', () => changed((value) => value.replace('ß', String(Math.random())))],
    ['lists values', 'keys are listed', () => honest({ list: () => Promise.resolve(['conformance#stored', 'canary']) })],
    ['forgets to remove', 'what can be written', () => honest({ remove: () => Promise.resolve() })],
  ])('%s', async (_, title, start) => {
    const found = VAULT_CHECKS.filter((check) => check.title.startsWith(title));
    expect(found).toHaveLength(1);
    const error: unknown = await found[0]?.run(start()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
  });
});

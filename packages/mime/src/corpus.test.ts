import { CORPUS, ours, PEERS, samples, squash, withLineEnds, type Leaf, type Sample, type Seen } from './corpus.test.fixture.ts';
import { cleanText } from './text.ts';
import { REVIEWED, UNEXPECTED } from './corpus.differences.test.fixture.ts';

/** Milliseconds of processor time that no mail may take. */
const SLOW = 2000;
const FIELDS = ['subject', 'from', 'date', 'text', 'html', 'names'] as const;

// Off only where MAILWRIGHT_CORPUS names no folder: the mails belong to other projects and are not ours to copy in.
const withCorpus = CORPUS === undefined ? describe.skip : describe;

withCorpus('odd mail that other projects collected', () => {
  const all = CORPUS === undefined ? [] : samples();

  test('no crash, nothing slow', async () => {
    expect(all.length).toBeGreaterThan(180);
    for (const { name, bytes } of all) {
      const before = process.cpuUsage();
      const { subject } = await ours(bytes);
      const { user, system } = process.cpuUsage(before);
      expect({ name, subject: typeof subject, slow: (user + system) / 1000 > SLOW }).toEqual({ name, subject: 'string', slow: false });
    }
  }, 60_000);

  test('line ends do not matter', async () => {
    for (const { name, bytes } of all) {
      const [unix, network] = await Promise.all([ours(withLineEnds(bytes, '\n')), ours(withLineEnds(bytes, '\r\n'))]);
      for (const field of FIELDS) expect({ name, [field]: unix[field] }).toEqual({ name, [field]: network[field] });
      expect({ name, types: unix.types }).toEqual({ name, types: network.types });
    }
  }, 60_000);

  test('every part that Mime4j expects is there, with its bytes', async () => {
    const described = all.filter(({ expected }) => expected.length > 0);
    expect(described.length).toBeGreaterThan(70);
    const missing = await Promise.all(described.map(async (sample) => [sample.name, await missingOf(sample)] as const));
    expect(Object.fromEntries(missing.filter(([, lost]) => lost.length > 0))).toEqual(
      Object.fromEntries(Object.entries(UNEXPECTED).map(([name, { parts }]) => [name, parts])),
    );
  }, 60_000);

  test.each(Object.keys(PEERS) as (keyof typeof PEERS)[])(
    'where %s reads something else, it was looked at',
    async (peer) => {
      const found: string[] = [];
      for (const { name, bytes } of all) {
        const [mine, theirs]: [Seen, Seen] = await Promise.all([ours(bytes), PEERS[peer](bytes)]);
        found.push(...FIELDS.filter((field) => mine[field] !== theirs[field]).map((field) => `${field} ${name}`));
      }
      const reviewed = REVIEWED.flatMap(({ seen }) => Object.entries(seen)).flatMap(([of, mails]) => {
        const [who, field] = of.split(' ');
        const names = mails.trim().split(/\s+/);
        return who === peer ? names.map((name) => `${field} ${name}`) : [];
      });
      expect(found.toSorted()).toEqual(reviewed.toSorted());
    },
    60_000,
  );
});

async function missingOf({ bytes, expected }: Sample): Promise<string[]> {
  const mail = await ours(bytes);
  const texts = `${mail.text} ${mail.html}`;
  let messages = mail.types.filter((type) => type === 'message/rfc822').length;
  const there = ({ kind, bytes: wanted, charset }: Leaf): boolean => {
    if (kind === 'message') return messages-- > 0;
    if (mail.contents.some((content) => plain(content) === plain(wanted))) return true;
    return kind === 'text' && texts.includes(squash(cleanText(decode(wanted, charset)).text));
  };
  return expected.filter((leaf) => !there(leaf)).map(({ kind, bytes: lost }) => `${kind} of ${lost.length} bytes`);
}

const plain = (bytes: Buffer) => bytes.toString('latin1').replaceAll('\r\n', '\n').trim();

function decode(bytes: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

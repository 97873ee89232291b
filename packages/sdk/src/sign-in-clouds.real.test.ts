// Microsoft's clouds, each with its own hosts, through its library and our way to the network; the provider stands in for all of them.
import { EmailError } from '@mailwright/core';
import type { HttpRequest } from '@mailwright/core';
import { describeReal } from '@mailwright/testing';
import { ANY, SECRET, SignInStand } from './sign-in.test.fixture.ts';

interface Cloud {
  readonly cloud: string;
  readonly login: string;
  /** What delegated scopes are for, and those of an application. */
  readonly resource: string;
  readonly alone: string;
  readonly host: string;
}
const CLOUDS: readonly Cloud[] = [
  {
    cloud: 'global',
    login: 'login.microsoftonline.com',
    resource: 'https://outlook.office.com/',
    alone: 'https://outlook.office365.com/',
    host: 'outlook.office365.com',
  },
  {
    cloud: 'us-gcc-high',
    login: 'login.microsoftonline.us',
    resource: 'https://outlook.office365.us/',
    alone: 'https://outlook.office365.us/',
    host: 'outlook.office365.us',
  },
  {
    cloud: 'us-dod',
    login: 'login.microsoftonline.us',
    resource: 'https://webmail.apps.mil/',
    alone: 'https://webmail.apps.mil/',
    host: 'outlook-dod.office365.us',
  },
  {
    cloud: 'china',
    login: 'login.partner.microsoftonline.cn',
    resource: 'https://partner.outlook.cn/',
    alone: 'https://partner.outlook.cn/',
    host: 'partner.outlook.cn',
  },
];

describeReal("Microsoft's clouds", ['dovecot', 'openssl'], () => {
  let stand: SignInStand;
  beforeAll(async () => void (stand = await SignInStand.start()), 60_000);
  afterAll(() => stand.world.close());
  beforeEach(() => stand.begin());
  afterEach(() => stand.end());

  /** A process, and what it asked of whom. */
  const watched = () => {
    const asked: { readonly host: string; readonly scopes: readonly string[] }[] = [];
    const http = (request: HttpRequest) => {
      const scopes = new URLSearchParams(String(request.body ?? '')).get('scope')?.split(' ') ?? [];
      asked.push({ host: new URL(request.url).host, scopes });
      return stand.http()(request);
    };
    return { email: stand.process({ http }), asked };
  };
  const failures = ({ stages }: { readonly stages: readonly { readonly state: string }[] }) =>
    stages.filter(({ state }) => state === 'failed');
  const mailScopes = (scopes: readonly string[]) => scopes.filter((scope) => scope.startsWith('https:')).toSorted();

  test.each(CLOUDS)(
    'R1.58 $cloud: a person signs in at its own host, for its own resource, and S256 goes along',
    async (one) => {
      const { email, asked } = watched();
      const auth = stand.microsoft('oauth-pkce', stand.identity.clients.native, { ...ANY, cloud: one.cloud });
      const real = stand.person();
      const opened: URL[] = [];
      const person = { ...real, openBrowser: (url: URL) => (opened.push(url), real.openBrowser(url)) };
      expect(failures(await email.testConnection(stand.input(auth, { outgoing: undefined }), { person }))).toEqual([]);
      const [url] = opened;
      const given = Object.fromEntries(url?.searchParams ?? []);
      expect([url?.host, given['code_challenge_method']]).toEqual([one.login, 'S256']);
      expect(given['code_challenge']).toMatch(/^[\w-]{43}$/);
      expect(given['state']).toMatch(/\S{16,}/);
      expect(mailScopes(given['scope']?.split(' ') ?? [])).toEqual([`${one.resource}IMAP.AccessAsUser.All`]);
      expect([...new Set(asked.map(({ host }) => host))]).toEqual([one.login]);
    },
    30_000,
  );

  test.each(CLOUDS)(
    'R1.58 $cloud: an application signs in at its own host, for its own resource',
    async (one) => {
      const { email, asked } = watched();
      const auth = stand.microsoft('oauth-client-credentials', stand.identity.clients.daemon, { ...SECRET, cloud: one.cloud });
      expect(failures(await email.testConnection(stand.input(auth, { outgoing: undefined })))).toEqual([]);
      expect([...new Set(asked.map(({ host }) => host))]).toEqual([one.login]);
      expect(asked.flatMap(({ scopes }) => mailScopes(scopes))).toEqual([`${one.alone}.default`]);
    },
    30_000,
  );

  const pairs = CLOUDS.flatMap((mine) => CLOUDS.filter(({ cloud }) => cloud !== mine.cloud).map((other) => ({ mine, other })));
  test.each(pairs)('the token of $mine.cloud does not go to $other.host: refused before anything is asked', async ({ mine, other }) => {
    const { email, asked } = watched();
    const { identity } = stand;
    const auth = stand.microsoft('oauth-client-credentials', identity.clients.daemon, {
      ...SECRET,
      cloud: mine.cloud,
      allowTokenTo: undefined,
    });
    const server = { backend: 'imap', host: other.host, auth };
    const refused: unknown = await email.connect({ timeZone: 'UTC', server }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'input.invalid', details: { path: 'server.auth.cloud' } });
    expect(EmailError.is(refused, 'input.invalid') && String(refused.details.cure)).toBe(`Set cloud: ${other.cloud}.`);
    expect([asked, identity.grants]).toEqual([[], []]);
  });
});

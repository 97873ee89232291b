// Which rights are asked for where the session, and not its login, names another mailbox.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextFor } from './context.test.fixture.ts';
import { oauthRopc } from './oauth.ts';

const form = {
  mode: 'oauth-ropc',
  provider: 'microsoft',
  tenant: 'contoso.example',
  cloud: 'global',
  clientId: '11111111-2222-3333-4444-555555555555',
  username: 'me@contoso.example',
};

/** The scopes of the question for a token. */
async function askedFor(mailbox: string | undefined): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'mailwright-shared-'));
  const bodies: string[] = [];
  const http = contextFor({ folder, secret: 'x' }, (asked) => {
    bodies.push(asked.body ?? '');
    const known = {
      token_endpoint: 'https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token',
      authorization_endpoint: 'https://login.microsoftonline.com/contoso.example/oauth2/v2.0/authorize',
      issuer: 'https://login.microsoftonline.com/contoso.example/v2.0',
      jwks_uri: 'https://login.microsoftonline.com/keys',
    };
    return Promise.resolve({
      status: asked.body === undefined ? 200 : 400,
      headers: {},
      text: JSON.stringify(asked.body === undefined ? known : { error: 'invalid_grant' }),
    });
  });
  try {
    const password = { credential: 'vault/it#password' };
    const signIn = oauthRopc.authenticate({ ...form, password } as never, {
      ...http,
      backend: 'graph',
      ...(mailbox !== undefined && { mailbox }),
    });
    await expect(signIn).rejects.toMatchObject({ code: expect.stringMatching(/^auth\./) as string });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const scope = bodies.map((body) => new URLSearchParams(body).get('scope')).find((one) => one !== null) ?? '';
  return scope.split(' ').flatMap((one) => /graph\.microsoft\.com\/(.*)$/.exec(one)?.[1] ?? []);
}

test.each([
  [undefined, ['Mail.ReadWrite', 'Mail.Send']],
  ['ME@contoso.example', ['Mail.ReadWrite', 'Mail.Send']],
  ['team@contoso.example', ['Mail.ReadWrite.Shared', 'Mail.Send.Shared']],
])('Graph for a session of %s: %j', async (mailbox, scopes) => expect(await askedFor(mailbox)).toEqual(scopes));

import { refusalError, type Asking } from '../errors.ts';
import { redirected } from '../redirect.ts';
import { ask, recordOf } from './oauth.ts';
import { SIGN_IN, pkcePair, serversOf, type IdentityProvider, type Login } from './provider.ts';

/** Google's one address for tokens. */
export const GOOGLE_TOKENS = 'https://oauth2.googleapis.com/token';
/** The scope of IMAP, POP3 and SMTP (developers.google.com, Gmail XOAUTH2). */
export const GOOGLE_MAIL = 'https://mail.google.com/';

/** Where Google takes its tokens. */
const HOSTS = [...serversOf('google'), 'smtp-relay.gmail.com', 'imap.googlemail.com', 'pop.googlemail.com', 'smtp.googlemail.com'];

const asking = (login: Login): Asking => ({ ...login, provider: 'Google' });
const client = ({ clientId, clientSecret }: Login) => ({
  client_id: clientId,
  ...(clientSecret !== undefined && { client_secret: clientSecret }),
});

/** Google: its library makes the address, the questions go over our own network, since it loses renewed refresh tokens. */
export const google: IdentityProvider = {
  id: 'google',
  title: 'Google',
  authority: () => 'https://accounts.google.com',
  scopes: () => [GOOGLE_MAIL],
  hosts: () => HOSTS,

  async pkce(login, ctx) {
    const about = asking(login);
    const { OAuth2Client, CodeChallengeMethod } = await import('google-auth-library');
    const { verifier, challenge, state } = pkcePair();
    let used = login.redirectUri;
    const refused = (error: string, description?: string) =>
      refusalError({ error, ...(description !== undefined && { description }) }, about);
    const waiting = { state, issuer: 'https://accounts.google.com', signal: ctx.signal, patience: SIGN_IN, refused };
    const { code } = await redirected(login.redirectUri, waiting, async (redirectUri) => {
      used = redirectUri;
      const url = new OAuth2Client({ clientId: login.clientId, redirectUri }).generateAuthUrl({
        // Both, or a second consent gives no refresh token.
        access_type: 'offline',
        prompt: 'consent',
        scope: [...about.scopes],
        state,
        login_hint: login.username,
        code_challenge: challenge,
        code_challenge_method: CodeChallengeMethod.S256,
      });
      await ctx.person?.openBrowser(new URL(url));
    });
    const form = { ...client(login), grant_type: 'authorization_code', code, redirect_uri: used, code_verifier: verifier };
    return recordOf(await ask(ctx.http, GOOGLE_TOKENS, form, about, ctx.signal), about);
  },

  async refresh(login, ctx, record) {
    const form = { ...client(login), grant_type: 'refresh_token', refresh_token: record.refreshToken ?? '' };
    return recordOf(await ask(ctx.http, GOOGLE_TOKENS, form, asking(login), ctx.signal), asking(login), record);
  },
};

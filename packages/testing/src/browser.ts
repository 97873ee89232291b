import { request as plain } from 'node:http';
import { request as secure } from 'node:https';

export interface BrowserOptions {
  readonly login: string;
  /** PEM of the authority to trust. */
  readonly ca: string;
  /** Leaves by the link that declines. */
  readonly deny?: boolean;
  readonly userCode?: string;
  /** What the provider is to call itself in its answer, where it stands in for another. */
  readonly issuer?: string;
}
interface Page {
  readonly status: number;
  readonly location: string | undefined;
  readonly text: string;
}

/** A browser without a window: follows redirects and fills in the development forms of oidc-provider until a page has none. */
export async function signInAsPerson(start: string, { login, ca, deny = false, userCode, issuer }: BrowserOptions): Promise<Page> {
  const cookies = new Map<string, string>();
  const go = (url: string, body?: string) =>
    new Promise<Page>((resolve, reject) => {
      const { protocol } = new URL(url);
      const headers = {
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      };
      const options = { method: body === undefined ? 'GET' : 'POST', headers, agent: false as const, ...(protocol === 'https:' && { ca }) };
      const sent = (protocol === 'https:' ? secure : plain)(url, options, (response) => {
        for (const line of response.headers['set-cookie'] ?? []) {
          const [name = '', value = ''] = (line.split(';')[0] ?? '').split(/=(.*)/s);
          if (value === '') cookies.delete(name);
          else cookies.set(name, value);
        }
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.once('end', () => resolve({ status: response.statusCode ?? 0, location: response.headers.location, text }));
      });
      sent.once('error', reject);
      sent.end(body);
    });
  let url = start;
  let page: Page | undefined;
  for (let hops = 0; hops < 25; hops++) {
    page ??= await go(url);
    if (page.location !== undefined) {
      const next = new URL(page.location, url);
      if (issuer !== undefined && next.searchParams.has('iss')) next.searchParams.set('iss', issuer);
      url = next.href;
      page = undefined;
      continue;
    }
    const form = /<form[^>]*action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(page.text);
    if (!form) return page;
    const abort = /href="([^"]*abort[^"]*)"/.exec(page.text)?.[1];
    if (deny && abort !== undefined) {
      url = new URL(unescaped(abort), url).href;
      page = undefined;
      continue;
    }
    const fields = new URLSearchParams();
    for (const [input] of (form[2] ?? '').matchAll(/<input[^>]*>/g)) {
      const name = /name="([^"]*)"/.exec(input)?.[1];
      const value = unescaped(/value="([^"]*)"/.exec(input)?.[1] ?? '');
      if (name !== undefined)
        fields.set(name, name === 'login' ? login : name === 'password' ? 'any' : name === 'user_code' ? value || (userCode ?? '') : value);
    }
    url = new URL(unescaped(form[1] ?? ''), url).href;
    page = await go(url, fields.toString());
  }
  throw new Error('too many pages');
}

const unescaped = (text: string) =>
  text
    .replace(/&amp;/g, '&')
    .replace(/&#x3D;|&#61;/g, '=')
    .replace(/&quot;/g, '"');

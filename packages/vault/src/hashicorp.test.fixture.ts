import type { Http, HttpAnswer } from '@mailwright/core';

/**
 * Answers as the published API says (developer.hashicorp.com/vault/api-docs: secret/kv/kv-v2, auth/approle), and takes no other questions;
 * not a real server.
 */
export function fakeHashicorp({ token, roleId, secretId }: { token: string; roleId: string; secretId: string }) {
  const entries = new Map<string, Readonly<Record<string, unknown>>>();
  const say = (status: number, content: object): HttpAnswer => ({ status, headers: {}, text: JSON.stringify(content) });
  const login = (body = '') => {
    const asked = JSON.parse(body) as Record<string, unknown>;
    if (Object.keys(asked).sort().join() !== 'role_id,secret_id') return say(400, { errors: ['missing role_id'] });
    return asked['role_id'] === roleId && asked['secret_id'] === secretId
      ? say(200, { auth: { client_token: token, lease_duration: 60, renewable: true } })
      : say(400, { errors: ['invalid role or secret ID'] });
  };
  const http: Http = ({ url, headers = {}, body }) => {
    const { pathname, search } = new URL(url);
    if (search !== '' || headers['x-vault-namespace'] !== 'team') return Promise.resolve(say(404, { errors: [] }));
    if (pathname === '/v1/auth/approle/login') return Promise.resolve(login(body));
    if (headers['x-vault-token'] !== token) return Promise.resolve(say(403, { errors: ['permission denied'] }));
    const found = entries.get(decodeURIComponent(pathname.replace('/v1/secret/data/', '')));
    if (body !== undefined || !found) return Promise.resolve(say(404, { errors: [] }));
    return Promise.resolve(say(200, { data: { data: found, metadata: { version: 1, destroyed: false } }, lease_duration: 0 }));
  };
  return { entries, http };
}

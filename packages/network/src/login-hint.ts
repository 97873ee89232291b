import { serviceOfHost } from '@mailwright/core';

/** What a refused login needs, by the words and habits of large services: a `hint` of `auth.rejected`. */
export function loginHint(serverSaid: string, host: string): string | undefined {
  if (/log ?in via your web browser|web login required/i.test(serverSaid)) return 'web_login';
  if (/(application|app)[- ]specific password|app password/i.test(serverSaid)) return 'app_password';
  return serviceOfHost(host)?.appPassword === undefined ? undefined : 'app_password';
}

import type { Http } from '@mailwright/core';
import { queryOf, say } from './web-fakes.test.fixture.ts';

/** What a password object is known by, and its password. */
interface Account {
  readonly Safe: string;
  readonly Folder?: string;
  readonly Object: string;
  readonly Content: string;
}
const KNOWN = ['AppID', 'Safe', 'Folder', 'Object', 'Reason'];

/**
 * Answers as CyberArk's documents say (docs.cyberark.com: Central Credential Provider, "Call the Central Credential Provider Web Service
 * using REST" and its error codes); not a real server. `needsCertificate`: the application is known by its client certificate.
 */
export function fakeCyberark({ appId, needsCertificate }: { appId: string; needsCertificate?: string }) {
  const accounts: Account[] = [];
  const http: Http = async ({ url, method = 'GET', body, clientCertificate }) => {
    const { pathname, search } = new URL(url);
    if (pathname !== '/AIMWebService/api/Accounts') return say(404, { Message: 'No HTTP resource was found.' });
    if (method !== 'GET' || body !== undefined) return say(405, { Message: 'The requested resource does not support this method.' });
    const query = queryOf(search, KNOWN);
    if (!query?.['AppID'] || !query['Object'])
      return say(400, { ErrorCode: 'AIMWS031E', ErrorMsg: 'Invalid request. The parameters are wrong.' });
    if (query['AppID'] !== appId || (needsCertificate !== undefined && clientCertificate?.cert !== needsCertificate))
      return say(403, { ErrorCode: 'APPAP306E', ErrorMsg: 'Authentication error for application.' });
    const { Safe, Folder = 'Root', Object: name } = query;
    const found = accounts.findLast((one) => one.Safe === Safe && (one.Folder ?? 'Root') === Folder && one.Object === name);
    if (!found) return say(404, { ErrorCode: 'APPAP004E', ErrorMsg: `Password object matching query [Object=${name}] was not found.` });
    const { Content } = found;
    return say(200, { Content, UserName: 'svc', Safe, Folder, Name: name, PolicyID: 'WinDomain', PasswordChangeInProcess: 'False' });
  };
  return { accounts, http };
}

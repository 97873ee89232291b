import { lookup as ask, type LookupAddress } from 'node:dns';
import { request } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { refusal } from '../errors.ts';

export interface RemoteImage {
  readonly type: string;
  readonly bytes: Buffer;
}
/** Fetches one image of a mail. Rejects what is no image or stands in a private network. */
export type ImageSource = (address: string, signal: AbortSignal) => Promise<RemoteImage>;

const LARGEST = 5 * 1024 * 1024;
const LONGEST = 10_000;
const REDIRECTS = 2;
/** No SVG: it is a document, with links and scripts. */
const TYPES = /^image\/(png|jpeg|gif|webp)\b/;

/** Over https alone, from public addresses alone, with a cap on time and size. Nothing of the person is sent along. */
export const fetchImage: ImageSource = async (address, signal) => {
  const ended = AbortSignal.any([signal, AbortSignal.timeout(LONGEST)]);
  let url = new URL(address);
  for (let hop = 0; hop <= REDIRECTS; hop++) {
    const answer = await once(url, ended);
    if (!(answer instanceof URL)) return answer;
    url = answer;
  }
  throw no('it leads from one address to the next');
};

function once(url: URL, signal: AbortSignal): Promise<RemoteImage | URL> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (url.protocol !== 'https:' || url.username !== '' || (isIP(host) && !isPublic(host))) throw no('its address is not public https');
  return new Promise((resolve, reject) => {
    const asked = request(url, { signal, lookup: publicLookup, headers: { accept: 'image/*', 'user-agent': 'Mozilla/5.0' } }, (answer) => {
      const { statusCode = 0, headers } = answer;
      if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined && URL.canParse(headers.location, url.href)) {
        answer.destroy();
        return resolve(new URL(headers.location, url));
      }
      const type = TYPES.exec(headers['content-type'] ?? '')?.[0];
      if (statusCode !== 200 || type === undefined) {
        answer.destroy();
        return reject(no('it is no image'));
      }
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > LARGEST) asked.destroy(no('it is larger than 5 MB'));
        else chunks.push(chunk);
      });
      answer.once('end', () => resolve({ type, bytes: Buffer.concat(chunks) })).once('error', reject);
    });
    asked.once('error', reject).end();
  });
}

/** The address that is checked is the one that is connected to: a name cannot change in between. */
const publicLookup: LookupFunction = (host, options, done) => {
  ask(host, { ...options, all: true }, (error, found) => {
    const addresses = (found as LookupAddress[] | undefined) ?? [];
    const [first] = addresses;
    if (error ?? !first) return done(error ?? no('its host is unknown'), '', 4);
    if (!addresses.every(({ address }) => isPublic(address))) return done(no('it stands in a private network'), '', 4);
    return options.all === true ? done(null, addresses) : done(null, first.address, first.family);
  });
};

const PRIVATE = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv4');
const GLOBAL = new BlockList();
GLOBAL.addSubnet('2000::', 3, 'ipv6');
for (const [net, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  PRIVATE.addSubnet(net, bits, 'ipv6');

/** An address that anybody on the internet could reach (RFC 6890). */
export function isPublic(address: string): boolean {
  if (isIP(address) === 4) return !PRIVATE.check(address, 'ipv4');
  return isIP(address) === 6 && GLOBAL.check(address, 'ipv6') && !PRIVATE.check(address, 'ipv6');
}

const no = (problem: string) => refusal('image', problem, 'Look at the mail without its remote images.');

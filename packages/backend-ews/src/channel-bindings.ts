import { createHash } from 'node:crypto';

/** Signature algorithms whose hash is not SHA-256, by their object identifier (RFC 4055, RFC 5758), DER. */
const HASHES: readonly (readonly [string, string])[] = [
  ['06092a864886f70d01010c', 'sha384'],
  ['06092a864886f70d01010d', 'sha512'],
  ['06082a8648ce3d040303', 'sha384'],
  ['06082a8648ce3d040304', 'sha512'],
];

/**
 * What binds a sign-in to its TLS connection, as NTLM carries it: the MD5 of a structure around the hash of the server's certificate
 * (RFC 5929 section 4.1, RFC 2744 section 3.11). Whoever stands in between has another certificate.
 */
export function channelBindings(certificate: Buffer): Buffer {
  const hash = createHash(hashOf(certificate)).update(certificate).digest();
  const data = Buffer.concat([Buffer.from('tls-server-end-point:', 'latin1'), hash]);
  const head = Buffer.alloc(20);
  head.writeUInt32LE(data.length, 16);
  return createHash('md5')
    .update(Buffer.concat([head, data]))
    .digest();
}

/** The certificate's own hash, SHA-256 in the place of MD5 and SHA-1. */
function hashOf(certificate: Buffer): string {
  // The outer sequence, then what is signed; behind it stands how.
  const begin = contentOf(certificate, 0).begin;
  const algorithm = contentOf(certificate, contentOf(certificate, begin).end);
  const identifier = certificate.toString('hex', algorithm.begin, algorithm.begin + 12);
  return HASHES.find(([known]) => identifier.startsWith(known))?.[1] ?? 'sha256';
}

/** Where the content of a DER element begins and ends. */
function contentOf(der: Buffer, at: number): { readonly begin: number; readonly end: number } {
  const first = der[at + 1] ?? 0;
  if (first < 0x80) return { begin: at + 2, end: at + 2 + first };
  const count = first & 0x7f;
  return { begin: at + 2 + count, end: at + 2 + count + der.readUIntBE(at + 2, Math.min(count, 6)) };
}

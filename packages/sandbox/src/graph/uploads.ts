import { randomBytes } from 'node:crypto';
import { Refused, badRequest, type GraphAnswer, type GraphQuestion } from './answer.ts';
import type { NewAttachment } from './write.ts';

/** Largest range that one PUT may bring, in bytes (learn.microsoft.com, attach large files to Outlook messages). */
const RANGE = 4 * 1024 * 1024;
const LARGEST = 150 * 1024 * 1024;
const LIFE = 3_600_000;

interface Upload {
  readonly item: Omit<NewAttachment, 'bytes'> & { readonly size: number };
  readonly expires: number;
  readonly chunks: Buffer[];
  received: number;
  /** Puts it into the message; answers where it is. */
  done(attachment: NewAttachment): string;
}

/** Sessions in which a large file is sent in pieces. */
export class Uploads {
  readonly #open = new Map<string, Upload>();

  begin(item: Upload['item'], done: Upload['done']): { readonly token: string; readonly json: object } {
    if (!(item.size > 0 && item.size <= LARGEST))
      throw new Refused(413, 'ErrorAttachmentSizeShouldNotBeLessThanMinimumSize', 'The size is not allowed.');
    const token = randomBytes(24).toString('base64url');
    const upload = { item, expires: Date.now() + LIFE, chunks: [], received: 0, done };
    this.#open.set(token, upload);
    return { token, json: stateOf(upload) };
  }

  /** A question to an upload URL: its token is its only proof. Errors: 401 where another one comes along, 416 for a range out of turn. */
  answer(token: string, { method, headers, body }: GraphQuestion): GraphAnswer {
    if (headers['authorization'] !== undefined)
      throw new Refused(401, 'InvalidMsaTicket', 'An upload URL is used without the Authorization header.');
    const upload = this.#open.get(token);
    if (!upload || upload.expires < Date.now()) throw new Refused(404, 'ErrorItemNotFound', 'The upload session was not found.');
    if (method === 'GET') return { status: 200, json: stateOf(upload) };
    if (method === 'DELETE') {
      this.#open.delete(token);
      return { status: 204 };
    }
    if (method !== 'PUT') throw new Refused(405, 'ErrorInvalidRequest', 'The method is not allowed.');
    return this.#take(token, upload, headers['content-range'] ?? '', body);
  }

  #take(token: string, upload: Upload, range: string, body: Buffer): GraphAnswer {
    const { item, received } = upload;
    const [begin, end, total] = (/^bytes (\d+)-(\d+)\/(\d+)$/.exec(range) ?? []).slice(1).map(Number);
    if (begin === undefined || end === undefined || total !== item.size || end - begin + 1 !== body.length || body.length > RANGE)
      throw badRequest(`The Content-Range '${range}' does not fit the content.`, 'ErrorInvalidRange');
    if (begin !== received || end >= item.size) throw new Refused(416, 'ErrorRangeNotSatisfiable', `The next range begins at ${received}.`);
    upload.chunks.push(body);
    upload.received = end + 1;
    if (upload.received < item.size) return { status: 200, json: stateOf(upload) };
    this.#open.delete(token);
    return { status: 201, headers: { location: upload.done({ ...item, bytes: Buffer.concat(upload.chunks) }) } };
  }
}

const stateOf = ({ received, expires }: Upload) => ({
  expirationDateTime: new Date(expires).toISOString(),
  nextExpectedRanges: [`${received}-`],
});

import { Readable, pipeline, type Transform } from 'node:stream';
import { EmailError, say, type MessageRef } from '@mailwright/core';
import libqp from 'libqp';
import { Base64Decoder } from './base64.ts';
import type { Conversation } from './conversation.ts';
import type { Place } from './place.ts';
import { atom, bytesOf, sequence, type Response } from './response.ts';
import { pairsOf, peek } from './fetch.ts';

export interface Wanted {
  readonly ref: MessageRef;
  readonly place: Place;
  readonly uid: number;
  /** `2.1`, or nothing for the whole message. */
  readonly section: string;
  readonly encoding?: string;
  /** Bytes on the wire, about. */
  readonly size: number;
}

/**
 * One part of a message, decoded, in one FETCH at the pace of its reader. The conversation begins with the first read and holds
 * the session's turn until the last byte, so read it before asking anything else of the session; it has the deadline of its size.
 */
export function partStream(talk: Conversation, wanted: Wanted): Readable {
  return Readable.from(bytesOfPart(talk, wanted), { objectMode: false });
}

async function* bytesOfPart(talk: Conversation, wanted: Wanted): AsyncGenerator<Buffer> {
  const { promise: opened, resolve, reject } = Promise.withResolvers<Readable>();
  const ms = talk.ctx.limits.read + (wanted.size / talk.ctx.limits.throughput) * 1000;
  const conversation = talk.turn(say`read a part of a message`, ms, () => fetchPart(talk, wanted, resolve));
  conversation.catch(reject);
  const raw = await opened;
  try {
    yield* decoded(raw, wanted.encoding) as AsyncIterable<Buffer>;
    await conversation;
  } catch (error) {
    raw.destroy();
    // What ended the stream is known to the conversation.
    await conversation;
    throw error;
  } finally {
    raw.destroy();
  }
}

async function fetchPart(talk: Conversation, { place, uid, section, ref }: Wanted, opened: (raw: Readable) => void): Promise<void> {
  await talk.select(place.located.listed, place.located.folder.path, place.uidValidity);
  const { siphon } = talk.client;
  let streamed = false;
  let found = false;
  const name = `BODY[${section}]`;
  const out = siphon.want(
    name,
    () => (streamed = true),
    () => talk.client.close(),
  );
  opened(out);
  const FETCH = ({ attributes }: Response) => {
    for (const [item, value] of pairsOf(attributes?.[1])) {
      if (item !== name) continue;
      found = true;
      // A short part may come as a quoted string, an empty one as NIL.
      if (!streamed) out.end(bytesOf(value) ?? Buffer.alloc(0));
    }
  };
  try {
    await talk.command('UID FETCH', [sequence(`${uid}`), [atom('UID'), peek(section)]], { untagged: { FETCH } });
    if (!found) out.destroy(new EmailError('message.not_found', { folder: ref.folder, id: ref.id }));
  } catch (error) {
    out.destroy(error as Error);
    throw error;
  } finally {
    siphon.done();
  }
}

function decoded(raw: Readable, encoding: string | undefined): Readable {
  const decoder: Transform | undefined =
    encoding === 'base64' ? new Base64Decoder() : encoding === 'quoted-printable' ? new libqp.Decoder() : undefined;
  return decoder ? pipeline(raw, decoder, () => undefined) : raw;
}

import type { Socket } from 'node:net';
import type { OpenContext, Phrase, ServerAddress } from '@mailwright/core';
import { encrypted, stepOf, type Stages } from '@mailwright/network';
import type { Config } from './config.ts';

/** A connection, encrypted and checked before a byte of ours goes over it. */
export async function connect(
  address: ServerAddress,
  { trustCertificate }: Pick<Config, 'trustCertificate'>,
  { dial, tls: { ca }, limits }: Pick<OpenContext, 'dial' | 'tls' | 'limits'>,
  { signal, stages }: { readonly signal: AbortSignal; readonly stages?: Stages },
): Promise<Socket> {
  const told = (stage: 'name' | 'reach', text: Phrase) => stages?.dialed(stage, text);
  const way = await dial(address, { signal, limit: stepOf(limits), told });
  if (address.security !== 'tls') return way;
  const secured = await encrypted(way, address, { ca, pin: trustCertificate, signal });
  stages?.secured(secured);
  return secured;
}

import { isIP, type Socket } from 'node:net';
import { domainToASCII } from 'node:url';
import { EmailError, networkError, say, type Destination, type Dial, type DialOptions, type Phrase } from '@mailwright/core';
import { connected, secured } from './connect.ts';
import { httpTunnel } from './http-tunnel.ts';
import { nameOf, type Proxy } from './proxy.ts';
import { socksTunnel } from './socks-tunnel.ts';
import { trust } from './trust.ts';

/** The proxy to go through to a destination; undefined: none. */
export type ChooseProxy = (to: Destination) => Proxy | undefined;

interface Dialing extends DialOptions {
  readonly to: Destination;
  /** The caller's signal and the deadline. */
  readonly ended: AbortSignal;
  /** What is waited for. */
  what: Phrase;
  /** Set where it is the proxy whose fault a failure is. */
  atProxy?: Proxy;
  /** The proxy was asked for the way: that it says nothing may be the host's silence. */
  asked?: boolean;
}

/** The one place where connections are made. `ca`: certificate authorities (PEM) besides the usual, for the way to an https proxy. */
export function dialer(choose: ChooseProxy = () => undefined, ca: readonly string[] = []): Dial {
  return async (to, options) => {
    const ended = AbortSignal.any([options.signal, AbortSignal.timeout(options.limit)]);
    const dialing: Dialing = { ...options, to, ended, what: say`name lookup` };
    try {
      const proxy = choose(to);
      return await (proxy ? through(proxy, ca, dialing) : straight(dialing));
    } catch (error) {
      throw explained(error, dialing);
    }
  };
}

async function straight(dialing: Dialing): Promise<Socket> {
  const { to, ended, told } = dialing;
  const named = (text: Phrase) => {
    dialing.what = say`connecting`;
    told?.('name', text);
  };
  if (isIP(to.host) !== 0) named(say`${{ host: to.host }} is an address.`);
  const socket = await connected(to, ended, (address) => address !== to.host && named(say`${{ host: to.host }} is ${{ address }}.`));
  told?.('reach', say`Port ${{ port: to.port }} answers.`);
  return socket;
}

async function through(proxy: Proxy, ca: readonly string[], dialing: Dialing): Promise<Socket> {
  const { to, ended, told, limit } = dialing;
  told?.('name', isIP(to.host) === 0 ? say`The proxy looks ${{ host: to.host }} up.` : say`${{ host: to.host }} is an address.`);
  dialing.atProxy = proxy;
  const plain = await connected(proxy, ended);
  const socket = proxy.kind === 'https' ? await secured(plain, proxy.host, trust(ca), ended) : plain;
  dialing.what = say`connecting through the proxy ${{ proxy: nameOf(proxy) }}`;
  dialing.asked = true;
  const stop = () => socket.destroy();
  ended.addEventListener('abort', stop, { once: true });
  try {
    ended.throwIfAborted();
    const host = isIP(to.host) === 0 ? domainToASCII(to.host) : to.host;
    if (host === '') throw new EmailError('connection.host_unknown', { host: to.host });
    const tunnel = proxy.kind === 'socks5' ? socksTunnel : httpTunnel;
    await tunnel(socket, proxy, { host, port: to.port }, limit);
    ended.throwIfAborted();
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    ended.removeEventListener('abort', stop);
  }
  told?.('reach', say`Through the proxy ${{ proxy: nameOf(proxy) }}, port ${{ port: to.port }} answers.`);
  return socket;
}

/** What ended a dialing as one of ours. */
function explained(error: unknown, { signal, ended, limit, to, what, atProxy, asked }: Dialing): EmailError {
  if (EmailError.is(error)) return error;
  const options = { cause: error };
  const late = (signal.reason as Error | undefined)?.name === 'TimeoutError';
  if (signal.aborted && !late) return new EmailError('automation.cancelled', {}, options);
  const seconds = Math.ceil(limit / 1000);
  if (ended.aborted && (!atProxy || asked)) return new EmailError('connection.timeout', { ...to, what, seconds }, options);
  if (!atProxy)
    return networkError(error, to) ?? new EmailError('server.unexpected', { host: to.host, problem: (error as Error).message }, options);
  const problem = ended.aborted
    ? say`it does not answer (${{ seconds }} s).`
    : (knownProblem(error, atProxy) ??
      (atProxy.kind === 'socks5' ? say`it does not answer as a SOCKS5 proxy does.` : say`it does not answer as an HTTP proxy does.`));
  return new EmailError('connection.proxy_unreachable', { proxy: nameOf(atProxy), problem }, options);
}

/** Of TLS only what concerns its certificate: bytes that make no sense come from a proxy of another kind too. */
function knownProblem(error: unknown, proxy: Proxy): string | undefined {
  const known = networkError(error, proxy);
  return known?.code === 'connection.tls_failed' ? undefined : known?.message;
}

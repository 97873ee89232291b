import * as crypto from 'node:crypto';
import type { CryptoEngine } from 'kdbxweb';

type Argon2 = CryptoEngine.Argon2Fn;
/** KeePass knows two variants by number (keepass.info, KDBX 4). */
const nameOf = (type: 0 | 2) => (type === 0 ? 'argon2d' : 'argon2id');

/** By Node itself, in a thread of its own; from Node 24.7 on. */
export const nativeArgon2: Argon2 = (message, nonce, memory, passes, tagLength, parallelism, type) =>
  new Promise((resolve, reject) => {
    crypto.argon2(nameOf(type), { message, nonce, memory, passes, tagLength, parallelism }, (error, key) => {
      if (error) reject(error);
      else resolve(Uint8Array.from(key).buffer);
    });
  });

/** By WebAssembly, half as fast and on the main thread; for older Nodes. */
export const portableArgon2: Argon2 = async (password, salt, memorySize, iterations, hashLength, parallelism, type) => {
  const library = await import('hash-wasm');
  const input = { password: new Uint8Array(password), salt: new Uint8Array(salt), memorySize, iterations, hashLength, parallelism };
  const key = await library[nameOf(type)]({ ...input, outputType: 'binary' });
  return Uint8Array.from(key).buffer;
};

/** The one that this Node has. */
export const argon2: Argon2 = 'argon2' in crypto ? nativeArgon2 : portableArgon2;

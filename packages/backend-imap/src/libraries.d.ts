// The parts of these libraries that we call; they ship no types of their own.
declare module 'libqp' {
  import type { Transform } from 'node:stream';
  const libqp: { Decoder: new () => Transform };
  export default libqp;
}

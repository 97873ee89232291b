// The parts of these libraries that we call; they ship no types of their own.
declare module 'js-md4' {
  const md4: { arrayBuffer(message: Uint8Array): ArrayBuffer };
  export default md4;
}
declare module 'libmime' {
  const libmime: { decodeWords(text: string): string };
  export default libmime;
}

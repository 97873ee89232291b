export { startMailWorld, type MailWorld, type MailWorldOptions, type SeededMail } from './mail-world.ts';
export { describeReal, program, type Program } from './real.ts';

export { basic } from './basic.ts';
export { none } from './none.ts';

export { dialer, type ChooseProxy } from './dial.ts';
export { environmentProxy, type Traffic } from './environment.ts';
export { httpsClient } from './https.ts';
export { proxyFrom, type Proxy } from './proxy.ts';
export { trust } from './trust.ts';

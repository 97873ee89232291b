declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';
  interface Model {
    readonly expiration: number;
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
    issue(options: object): Promise<string>;
  }
  type ModelClass = new (values: object, options?: object) => Model;
  export interface KoaContextWithOIDC {
    body: unknown;
    readonly oidc: {
      readonly client: { readonly clientId: string };
      readonly params: Readonly<Record<string, string | undefined>>;
      readonly claims: object;
    };
  }
  export interface Provider {
    readonly Client: {
      find(id: string): Promise<object | undefined>;
      readonly adapter: { upsert(id: string, data: object): Promise<void> };
    };
    readonly Grant: ModelClass;
    readonly AccessToken: ModelClass;
    readonly RefreshToken: ModelClass;
    readonly IdToken: ModelClass;
    readonly OIDCContext: { readonly prototype: { clientJwtAuthExpectedAudience: (this: unknown) => Set<string> } };
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    registerGrantType(name: string, handler: (ctx: KoaContextWithOIDC) => Promise<void>, parameters: string[], duplicates: string[]): void;
  }
  export interface ProviderModule {
    readonly default: new (issuer: string, settings: object) => Provider;
    readonly errors: { readonly CustomOIDCProviderError: new (error: string, description: string) => Error };
  }
}

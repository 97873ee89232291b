// The process that asks the operating system's keyring, and ends: the library's calls cannot be stopped, a process can. A keyring
// that shows a window and waits for a person takes the window away when its caller is gone.

/** One question to the keyring. */
export interface KeyringQuestion {
  readonly verb: 'read' | 'list' | 'set' | 'remove';
  readonly service: string;
  readonly key: string;
  readonly value?: string;
}
/** `value` is null where there is no such entry; `problem` is what the library says, `missing` that there is no library. */
export interface KeyringAnswer {
  readonly value?: string | null;
  readonly keys?: readonly string[];
  readonly problem?: string;
  readonly missing?: boolean;
}

process.once('message', (question: KeyringQuestion) => {
  void answer(question).then((said) => process.send?.(said, undefined, undefined, () => process.disconnect()));
});

async function answer({ verb, service, key, value = '' }: KeyringQuestion): Promise<KeyringAnswer> {
  const library = await import('@napi-rs/keyring').catch(() => undefined);
  if (!library) return { missing: true };
  // On Linux the library falls back to the kernel's keyring, which forgets, unless it is told not to.
  const entry = () => new library.AsyncEntry(service, key, { linux: { store: 'secret-service' } });
  try {
    if (verb === 'list') return { keys: (await library.findCredentialsAsync(service)).map(({ account }) => account) };
    if (verb === 'read') return { value: await entry().getPassword() };
    if (verb === 'remove') return { value: (await entry().deleteCredential()) ? key : null };
    await entry().setPassword(value);
    return {};
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

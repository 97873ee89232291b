import { Account } from './account.ts';

/** A mail that left the sandbox's own users: kept here, never sent anywhere. */
export interface OutsideMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: Buffer;
}

/** Everything in the sandbox, in memory. */
export class Store {
  readonly accounts = new Map<string, Account>();
  readonly outside: OutsideMail[] = [];

  /** Addresses are the same in any case. */
  account(address: string): Account | undefined {
    return this.accounts.get(address.toLowerCase());
  }

  addAccount(address: string, password: string): Account {
    const account = new Account(address, password);
    this.accounts.set(address.toLowerCase(), account);
    return account;
  }

  /** Into the inbox of each recipient who lives here, with the sender's address on top; the others' copies go outside. */
  deliver(from: string, to: readonly string[], raw: Buffer): void {
    const residents = new Set(to.flatMap((address) => this.account(address) ?? []));
    const elsewhere = to.filter((address) => !this.account(address));
    // RFC 5321 section 4.4: final delivery writes the envelope's sender down; a bounce has an empty one.
    const delivered = Buffer.concat([Buffer.from(`Return-Path: <${from}>\r\n`), raw]);
    for (const account of residents) account.folder('INBOX')?.add(delivered);
    if (elsewhere.length > 0) this.outside.push({ from, to: elsewhere, raw });
  }
}

/** What a command is refused with: the words behind -ERR. */
export class Refusal extends Error {}

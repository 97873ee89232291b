import { Environment } from '@marcbachmann/cel-js';
import { toDate, type Clock } from './dates.ts';
import { FUNCTIONS, type ExpressionFunction } from './functions.ts';

export const DATE_TYPE = 'google.protobuf.Timestamp';

/** What a word of our signatures means to CEL: as an argument several types may fit, as a result it is one. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  string: ['string'],
  number: ['double', 'int'],
  date: [DATE_TYPE, 'string'],
  boolean: ['bool'],
  list: ['list'],
  object: ['map'],
};
const GIVEN: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'double',
  date: DATE_TYPE,
  boolean: 'bool',
  'list<string>': 'list<string>',
};

/**
 * CEL with our functions. `dynamic`: names may hold anything (to run); otherwise every name must be declared with its type (to check).
 * Numbers from JSON are doubles in CEL, literals such as `1` are ints: arithmetic between them is added, since nobody thinks of two kinds.
 */
export function createEnvironment(clock: Clock, dynamic: boolean): Environment {
  const environment = new Environment({
    unlistedVariablesAreDyn: dynamic,
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
  });
  for (const fn of FUNCTIONS) register(environment, fn, clock);
  registerArithmetic(environment);
  registerDateOrder(environment, clock);
  // In a run the values are compared as numbers anyway; only the check of types needs to be told.
  if (!dynamic)
    for (const operator of ['double in list<int>', 'double == int']) environment.registerOperator(`${operator}: bool`, () => false);
  return environment;
}

function register(environment: Environment, { signatures, run, summary }: ExpressionFunction, clock: Clock): void {
  if (!run) return;
  const handler = (...args: unknown[]) => run(args.map(plainNumber), clock);
  for (const overload of signatures.flatMap(overloads))
    environment.registerFunction(overload, handler, { async: false, description: summary });
}

/** `add(date, number): date` as CEL's own overloads, one for each way to give the arguments. */
function overloads(signature: string): string[] {
  const [, receiver, name = '', args = '', result = ''] = /^(?:(\w+)\.)?(\w+)\((.*)\): (.+)$/.exec(signature) ?? [];
  const kinds = args === '' ? [] : args.split(', ');
  const choices = kinds.reduce<string[][]>(
    (lists, kind) => lists.flatMap((list) => (TAKEN[kind] ?? []).map((type) => [...list, type])),
    [[]],
  );
  const prefix = receiver === undefined ? '' : `${TAKEN[receiver]?.[0]}.`;
  return choices.map((types) => `${prefix}${name}(${types.join(', ')}): ${GIVEN[result]}`);
}

const plainNumber = (value: unknown) => (typeof value === 'bigint' ? Number(value) : value);

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

function registerArithmetic(environment: Environment): void {
  for (const [operator, compute] of Object.entries(ARITHMETIC)) {
    const handler = (a: unknown, b: unknown) => compute(Number(a), Number(b));
    environment.registerOperator(`double ${operator} int: double`, handler);
    environment.registerOperator(`int ${operator} double: double`, handler);
  }
  environment.registerOperator('double % double: double', (a: number, b: number) => a % b);
}

/** Mails carry their dates as ISO texts: `mail.receivedAt < now()` compares instants. */
function registerDateOrder(environment: Environment, clock: Clock): void {
  const order = {
    '<': (a: Date, b: Date) => a < b,
    '<=': (a: Date, b: Date) => a <= b,
    '>': (a: Date, b: Date) => a > b,
    '>=': (a: Date, b: Date) => a >= b,
  };
  for (const [operator, compare] of Object.entries(order)) {
    const handler = (a: unknown, b: unknown) => compare(toDate(a, clock), toDate(b, clock));
    environment.registerOperator(`string ${operator} ${DATE_TYPE}: bool`, handler);
    environment.registerOperator(`${DATE_TYPE} ${operator} string: bool`, handler);
  }
}

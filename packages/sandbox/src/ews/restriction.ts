import { Refusal } from './refusal.ts';
import { compare, constantAs, type Getter, type Value } from './values.ts';
import { child, type Element } from './xml.ts';

export type Test<T> = (subject: T) => boolean;

/** How a path (FieldURI, IndexedFieldURI, ExtendedFieldURI) is read; it refuses those that nobody can search by. */
export type Resolve<T> = (path: Element) => Getter<T>;

const PATHS = /^(FieldURI|IndexedFieldURI|ExtendedFieldURI)$/;

/** A Restriction as a test. Errors: `Refusal`. */
export function compileRestriction<T>(restriction: Element | undefined, resolve: Resolve<T>): Test<T> {
  const expression = restriction?.children[0];
  return expression ? compile(expression, resolve) : () => true;
}

function compile<T>(expression: Element, resolve: Resolve<T>): Test<T> {
  const { name, children } = expression;
  const parts = () => children.map((one) => compile(one, resolve));
  switch (name) {
    case 'And': {
      const all = parts();
      return (subject) => all.every((test) => test(subject));
    }
    case 'Or': {
      const any = parts();
      return (subject) => any.some((test) => test(subject));
    }
    case 'Not': {
      const [test = () => true] = parts();
      return (subject) => !test(subject);
    }
    case 'Exists': {
      const get = getter(expression, resolve);
      return (subject) => get(subject) !== undefined;
    }
    case 'Excludes':
      return excludes(expression, resolve);
    case 'Contains':
      return contains(expression, resolve);
    default:
      return comparison(expression, resolve);
  }
}

function getter<T>(expression: Element, resolve: Resolve<T>): Getter<T> {
  const path = expression.children.find(({ name }) => PATHS.test(name));
  if (!path) throw new Refusal('ErrorInvalidRestriction', `${expression.name} names no property`);
  return resolve(path);
}

const COMPARISONS: Readonly<Record<string, (order: number) => boolean>> = {
  IsEqualTo: (order) => order === 0,
  IsNotEqualTo: (order) => order !== 0,
  IsGreaterThan: (order) => order > 0,
  IsGreaterThanOrEqualTo: (order) => order >= 0,
  IsLessThan: (order) => order < 0,
  IsLessThanOrEqualTo: (order) => order <= 0,
};

function comparison<T>(expression: Element, resolve: Resolve<T>): Test<T> {
  const fits = COMPARISONS[expression.name];
  if (!fits) throw new Refusal('ErrorInvalidRestriction', `${expression.name} is no search expression`);
  const get = getter(expression, resolve);
  const operand = child(expression, 'FieldURIOrConstant')?.children[0];
  if (!operand) throw new Refusal('ErrorInvalidRestriction', `${expression.name} has nothing to compare with`);
  const other = operand.name === 'Constant' ? undefined : resolve(operand);
  const constant = operand.attributes.get('Value') ?? '';
  const test = (value: Value, against: Value) => {
    const order = compare(value, against);
    return order === undefined ? expression.name === 'IsNotEqualTo' : fits(order);
  };
  return (subject) => {
    const value = get(subject);
    if (other) return test(value, other(subject));
    if (Array.isArray(value)) return value.some((one: string) => test(one, constant));
    return test(value, constantAs(constant, value));
  };
}

function excludes<T>(expression: Element, resolve: Resolve<T>): Test<T> {
  const get = getter(expression, resolve);
  const mask = Number(child(expression, 'Bitmask')?.attributes.get('Value'));
  if (!Number.isInteger(mask)) throw new Refusal('ErrorInvalidRestriction', 'the bitmask is no number');
  return (subject) => {
    const value = get(subject);
    return typeof value === 'number' && (value & mask) === 0;
  };
}

/** What of a text counts, by ContainmentComparison. */
function folding(comparisonName: string): (text: string) => string {
  const steps: ((text: string) => string)[] = [];
  if (/Loose/.test(comparisonName)) steps.push((text) => text.normalize('NFKC'));
  if (/IgnoreCase/.test(comparisonName)) steps.push((text) => text.toLowerCase());
  if (/NonSpac/.test(comparisonName)) steps.push((text) => text.normalize('NFD').replace(/\p{M}/gu, ''));
  return (text) => steps.reduce((folded, step) => step(folded), text);
}

const MODES: Readonly<Record<string, (text: string, wanted: string) => boolean>> = {
  FullString: (text, wanted) => text === wanted,
  Prefixed: (text, wanted) => text.startsWith(wanted),
  Substring: (text, wanted) => text.includes(wanted),
  PrefixOnWords: (text, wanted) => wordsFit(text, wanted, (word) => word),
  ExactPhrase: (text, wanted) => ` ${words(text).join(' ')} `.includes(` ${words(wanted).join(' ')} `),
};

const words = (text: string) => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '');
const wordsFit = (text: string, wanted: string, of: (word: string) => string) =>
  words(wanted).every((one) => words(text).some((word) => of(word).startsWith(one)));

function contains<T>(expression: Element, resolve: Resolve<T>): Test<T> {
  const get = getter(expression, resolve);
  const { attributes } = expression;
  const fits = MODES[attributes.get('ContainmentMode') ?? 'FullString'];
  if (!fits) throw new Refusal('ErrorInvalidRestriction', 'this containment mode is unknown');
  const fold = folding(attributes.get('ContainmentComparison') ?? 'Exact');
  const wanted = fold(child(expression, 'Constant')?.attributes.get('Value') ?? '');
  return (subject) => {
    const value = get(subject);
    const texts = Array.isArray(value) ? (value as readonly string[]) : typeof value === 'string' ? [value] : [];
    return texts.some((text) => fits(fold(text), wanted));
  };
}

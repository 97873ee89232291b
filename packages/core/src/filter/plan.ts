import type { Filter } from './filter.ts';

/** A filter that holds no other filter. */
export type FilterLeaf = Exclude<Filter, { op: 'and' | 'or' | 'not' }>;

/**
 * What one server can be asked. `leaf` answers exactly (`exact: true`), a superset (`exact: false`) or not at all (`null`).
 * Leave out `or` or `not` where the server lacks them.
 */
export interface FilterDialect<Native> {
  leaf(filter: FilterLeaf): { readonly native: Native; readonly exact: boolean } | null;
  and(parts: readonly Native[]): Native;
  or?(parts: readonly Native[]): Native;
  not?(part: Native): Native;
}

/** `native` always finds a superset; what `residual` then lets through is exactly the filter. */
export interface FilterPlan<Native> {
  readonly native: Native | null;
  readonly residual: Filter | null;
}

/** Splits a filter into what the server does and what `matches` must still check. The server's part never narrows. */
export function planFilter<Native>(filter: Filter, dialect: FilterDialect<Native>): FilterPlan<Native> {
  switch (filter.op) {
    case 'and': {
      const plans = filter.of.map((part) => planFilter(part, dialect));
      const natives = plans.flatMap((plan) => (plan.native === null ? [] : [plan.native]));
      const rest = plans.flatMap((plan) => (plan.residual === null ? [] : [plan.residual]));
      return {
        native: natives.length > 0 ? dialect.and(natives) : null,
        residual: rest.length > 0 ? { op: 'and', of: rest } : null,
      };
    }
    case 'or': {
      const plans = filter.of.map((part) => planFilter(part, dialect));
      const natives = plans.flatMap((plan) => (plan.native === null ? [] : [plan.native]));
      if (!dialect.or || natives.length < plans.length) return { native: null, residual: filter };
      const exact = plans.every((plan) => plan.residual === null);
      return { native: dialect.or(natives), residual: exact ? null : filter };
    }
    case 'not': {
      const plan = planFilter(filter.of, dialect);
      if (!dialect.not || plan.native === null || plan.residual !== null) return { native: null, residual: filter };
      return { native: dialect.not(plan.native), residual: null };
    }
    default: {
      const leaf = dialect.leaf(filter);
      return { native: leaf?.native ?? null, residual: leaf?.exact ? null : filter };
    }
  }
}

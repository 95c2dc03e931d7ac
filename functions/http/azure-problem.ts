import type { Fault } from '../../shared/model/faults.ts';
import { isTransient, type Trouble } from '../../shared/model/trouble.ts';
import { Problem, type ProblemCode } from './problem.ts';

/** Azure's trouble as a problem: one that time cures says when to come again, another is of the code given. */
export function azureProblem(
  { code, message, retryAfterMs }: Trouble,
  what: string,
  {
    otherwise = 'azureRefused',
    faults = [],
  }: { readonly otherwise?: ProblemCode; readonly faults?: readonly Fault[] } = {},
): Problem {
  if (!isTransient(code)) return new Problem(otherwise, `${what}: ${message}`, faults);
  const seconds = String(Math.ceil((retryAfterMs ?? 30_000) / 1000));
  return new Problem('unavailable', `${what}, repeat the call: ${message}`, [], { 'retry-after': seconds });
}

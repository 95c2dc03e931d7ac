import { fail, ok, type Result, type Trouble } from '../../model/trouble.ts';
import type { CustomTable } from '../convert/log-files.ts';
import type { FoundResource, RuleGateway } from './gateway.ts';
import { ruleChanges } from './rule-step.ts';
import type { Change, EndpointStep, RuleStep, Step, TableStep } from './step.ts';
import { columnChanges } from './table-step.ts';

/** A table takes a while to be made, and longer until rules may name it (facts file 3.12: 10 to 15 minutes). */
const TABLE_POLL_MS = 30_000;
const TABLE_SETTLES_MS = 60_000;
/** For a write that cannot be read yet. */
const READ_AGAIN_MS = 5_000;

export async function writeEndpoint(gateway: RuleGateway, step: EndpointStep): Promise<Result<void>> {
  const put = await gateway.putEndpoint(step.id, step.wanted);
  if (!put.ok) return put;
  return confirmed(step, await gateway.readEndpoint(step.id), () => []);
}

export async function writeRule(
  gateway: RuleGateway,
  step: RuleStep,
  tables: readonly CustomTable[],
): Promise<Result<void>> {
  const put = await gateway.putRule(step.id, step.wanted);
  if (!put.ok) return { ok: false, trouble: tableNotReady(put.trouble, tables) };
  return confirmed(step, await gateway.readRule(step.id), (found) => ruleChanges(found, step.wanted));
}

/** Starts a table that is not there, and says whether it is ready. */
export async function writeTable(gateway: RuleGateway, step: TableStep): Promise<Result<'ready' | Trouble>> {
  const { workspaceResourceId, wanted } = step;
  const pending = (ms: number | null): Trouble => ({
    code: 'serviceUnavailable',
    message: `The table ${wanted.name} is still being made; the rules follow once it is there.`,
    retryAfterMs: ms ?? TABLE_POLL_MS,
  });
  if (step.action === 'unchanged') return ok(step.inProgress ? pending(null) : 'ready');
  const put = await gateway.putTable(workspaceResourceId, wanted.name, wanted.columns, wanted.plan);
  if (!put.ok) return put;
  const read = await gateway.readTable(workspaceResourceId, wanted.name);
  if (!read.ok) return read;
  if (read.value === undefined || read.value.state === 'inProgress')
    return ok(pending(put.value.retryAfterMs));
  if (read.value.state === 'failed')
    return fail('operationFailed', `The table ${wanted.name} was not made: its state is failed.`);
  const changes = columnChanges(read.value, wanted);
  return changes.length === 0 ? ok('ready') : otherwise(step, changes);
}

/** Counts only what can be read back as it was written. */
function confirmed(
  step: Step,
  read: Result<FoundResource | undefined>,
  compare: (found: FoundResource) => readonly Change[],
): Result<void> {
  if (!read.ok) return read;
  if (read.value === undefined)
    return fail('serviceUnavailable', `${step.id} was written and cannot be read yet.`, READ_AGAIN_MS);
  const changes = compare(read.value);
  return changes.length === 0 ? ok(undefined) : otherwise(step, changes);
}

function otherwise(step: Step, changes: readonly Change[]): Result<never> {
  const paths = changes.slice(0, 3).map(({ path }) => path);
  return fail('operationFailed', `${step.id} reads back otherwise than it was written: ${paths.join(', ')}`);
}

/** The same refusal of a table that comes with a solution is for good: only tables of this set are on their way. */
function tableNotReady(trouble: Trouble, tables: readonly CustomTable[]): Trouble {
  if (!trouble.message.includes('InvalidOutputTable')) return trouble;
  const table = tables.find(({ name }) =>
    trouble.message.toLowerCase().includes(`'custom-${name}'`.toLowerCase()),
  );
  if (table === undefined) return trouble;
  return {
    code: 'serviceUnavailable',
    message: `Azure does not let a rule name the new table ${table.name} yet; that takes some minutes. ${trouble.message}`,
    retryAfterMs: trouble.retryAfterMs ?? TABLE_SETTLES_MS,
  };
}

import { randomUUID } from 'node:crypto';
import type { TableClient, TransactionAction } from '@azure/data-tables';
import { storedKey } from '../ledger/keys.ts';
import { refusal } from '../ledger/refusals.ts';
import type { WriteOperation, WriteResult } from '../ledger/store.ts';
import { entityOf, type ReadEntity, type RowEntity, wireBytes } from './table-entities.ts';
import { failedAt, isTableMissing, statusOf } from './table-errors.ts';

/** The payload of a transaction ("Performing entity group transactions", Requirements). */
const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

/** An etag that no row has. An empty one would make a replacement unconditional, and `*` is one for all. */
const NO_ETAG = `W/"datetime'1601-01-01T00%3A00%3A00Z'"`;
const ANY_ETAG = '*';
const ETAG = /^W\/"datetime'[^']+'"$/;

interface Step {
  readonly operation: WriteOperation;
  readonly entity: RowEntity;
}

/** A write as it is sent: the same each time, with an id by which its own rows are known. */
export interface TableWrite {
  readonly id: string;
  readonly steps: readonly Step[];
}

export function prepareWrite(partition: string, operations: readonly WriteOperation[]): TableWrite {
  const id = randomUUID();
  const steps = operations.map((operation) => ({
    operation,
    entity:
      operation.kind === 'delete'
        ? { partitionKey: storedKey(partition), rowKey: storedKey(operation.row), w: '' }
        : entityOf(partition, operation.row, operation.value, id),
  }));
  const bytes = steps.reduce((sum, { entity }) => sum + wireBytes(entity), 0);
  if (steps.length > 1 && bytes > MAX_TRANSACTION_BYTES) {
    throw refusal(
      'transactionTooLarge',
      `A write of ${steps.length} rows of ${partition} from ${operations[0]?.row} on is too large for the ledger: ${bytes} bytes, and a transaction holds ${MAX_TRANSACTION_BYTES}`,
    );
  }
  return { id, steps };
}

/**
 * Sends a write. Where it was sent before and its answer was lost, a refusal may come from its own rows: they are
 * there, or no longer have the etag. Then the rows say whose they are.
 */
export async function sendWrite(
  table: TableClient,
  write: TableWrite,
  repeated: boolean,
): Promise<WriteResult> {
  const steps = [...write.steps];
  const etags = new Map<Step, string>();
  while (steps.length > 0) {
    try {
      const given = await send(table, steps);
      steps.forEach((step, i) => {
        etags.set(step, given[i] ?? '');
      });
      break;
    } catch (error) {
      const { step, code } = refusedStep(error, steps);
      if (repeated) {
        const own = await ownEtags(table, write);
        if (own !== undefined) return { ok: true, etags: own };
        // A deletion leaves nothing to know it by, and a row that is gone was what was wanted.
        if (isAsRead(step) && statusOf(error) === 404) return { ok: true, etags: [''] };
      }
      if (code !== 'gone') return { ok: false, code, row: step.operation.row };
      // What is to be deleted is gone already, and would end the whole transaction.
      for (const gone of [step, ...(await missing(table, steps))])
        if (steps.includes(gone)) steps.splice(steps.indexOf(gone), 1);
    }
  }
  return { ok: true, etags: write.steps.map((step) => etags.get(step) ?? '') };
}

/** The new etags, in the order of the steps; empty for what was deleted. */
async function send(table: TableClient, steps: readonly Step[]): Promise<string[]> {
  const [only] = steps;
  if (steps.length === 1 && only !== undefined) return [await sendOne(table, only)];
  const { subResponses } = await table.submitTransaction(steps.map(actionOf));
  // An answer that was cut off says less than what was done.
  if (subResponses.length !== steps.length)
    throw Object.assign(new Error('the answer to a transaction is incomplete'), { code: 'PARSE_ERROR' });
  return steps.map(({ operation }, i) =>
    operation.kind === 'delete' ? '' : (subResponses[i]?.etag ?? '').trim(),
  );
}

async function sendOne(table: TableClient, { operation, entity }: Step): Promise<string> {
  switch (operation.kind) {
    case 'insert':
      return (await table.createEntity(entity)).etag ?? '';
    case 'upsert':
      return (await table.upsertEntity(entity, 'Replace')).etag ?? '';
    case 'replace':
      return (await table.updateEntity(entity, 'Replace', { etag: etagOf(operation) })).etag ?? '';
    case 'delete':
      await table.deleteEntity(entity.partitionKey, entity.rowKey, { etag: etagOf(operation) });
      return '';
  }
}

function actionOf({ operation, entity }: Step): TransactionAction {
  const { partitionKey, rowKey } = entity;
  switch (operation.kind) {
    case 'insert':
      return ['create', { ...entity }];
    case 'upsert':
      return ['upsert', { ...entity }, 'Replace'];
    case 'replace':
      return ['update', { ...entity }, 'Replace', { etag: etagOf(operation) }];
    case 'delete':
      return ['delete', { partitionKey, rowKey }];
  }
}

function etagOf({ etag }: Extract<WriteOperation, { kind: 'replace' | 'delete' }>): string {
  if (etag === undefined) return ANY_ETAG;
  return ETAG.test(etag) ? etag : NO_ETAG;
}

/** The step that the service refused for the state of its row; any other error is thrown again. */
function refusedStep(
  error: unknown,
  steps: readonly Step[],
): { step: Step; code: 'exists' | 'changed' | 'gone' } {
  const step = steps.length === 1 ? steps[0] : steps[failedAt(error) ?? -1];
  const status = statusOf(error);
  const kind = step?.operation.kind;
  if (step !== undefined && !isTableMissing(error)) {
    if (kind === 'insert' && status === 409) return { step, code: 'exists' };
    if (kind === 'replace' && (status === 412 || status === 404)) return { step, code: 'changed' };
    if (kind === 'delete' && status === 404) return { step, code: isAsRead(step) ? 'changed' : 'gone' };
    if (kind === 'delete' && status === 412) return { step, code: 'changed' };
  }
  throw error;
}

function isAsRead({ operation }: Step): boolean {
  return operation.kind === 'delete' && operation.etag !== undefined;
}

/** The etags of a write that was carried out; of a row that changed since, one that is old. */
async function ownEtags(table: TableClient, { id, steps }: TableWrite): Promise<string[] | undefined> {
  const found = await Promise.all(steps.map((step) => readOf(table, step)));
  if (!found.some((entity) => entity?.w === id)) return undefined;
  return found.map((entity) => (entity?.w === id ? entity.etag : ''));
}

async function missing(table: TableClient, steps: readonly Step[]): Promise<Step[]> {
  const deletes = steps.filter(({ operation }) => operation.kind === 'delete');
  const found = await Promise.all(deletes.map((step) => readOf(table, step)));
  return deletes.filter((_, i) => found[i] === undefined);
}

async function readOf(table: TableClient, { entity }: Step): Promise<ReadEntity | undefined> {
  try {
    return await table.getEntity<ReadEntity>(entity.partitionKey, entity.rowKey, {
      queryOptions: { select: ['PartitionKey', 'RowKey', 'w'] },
    });
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}

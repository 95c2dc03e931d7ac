import { fail, ok, type Result } from '../../model/trouble.ts';
import { judgeTable } from './judge.ts';
import type { MigrationPreview } from './model.ts';
import { type ObserveDependencies, observeTable, type TableRequest } from './observe.ts';

/** Azure answers the call at once; what the table then shows may follow a little later. [not verified] */
const READ_AGAIN_MS = 15_000;

export interface MigrateDependencies extends ObserveDependencies {
  /** Keeps that a table is about to be migrated, and later that it was. */
  record(event: 'intent' | 'effect', preview: MigrationPreview): Promise<void>;
}

export interface TableMigration {
  /** `unconfirmed`: what was confirmed is not what is there now. Only `migrated` and `migrating` had effect. */
  readonly status: 'migrated' | 'migrating' | 'refused' | 'unconfirmed';
  /** Whether this call did it. */
  readonly changed: boolean;
  readonly preview: MigrationPreview;
  /** For `migrating`: when to ask again, milliseconds. */
  readonly retryAfterMs?: number;
}

/** What a migration would do now; changes nothing. */
export async function previewMigration(
  dependencies: ObserveDependencies,
  request: TableRequest,
): Promise<Result<MigrationPreview>> {
  const seen = await observeTable(dependencies, request);
  return seen.ok ? ok(judgeTable(seen.value)) : seen;
}

/**
 * Migrates a classic table for good, if nobody can lose rows by it. All is looked at again right before; the
 * same call again finds a table that is migrated and changes nothing.
 */
export async function migrateTable(
  dependencies: MigrateDependencies,
  request: TableRequest & { readonly confirm: string | undefined },
): Promise<Result<TableMigration>> {
  const looked = await previewMigration(dependencies, request);
  if (!looked.ok) return looked;
  const preview = looked.value;
  const { state, table, workspace } = preview;
  if (state === 'migrated') return ok({ status: 'migrated', changed: false, preview });
  if (state === 'migrating')
    return ok({ status: 'migrating', changed: false, preview, retryAfterMs: READ_AGAIN_MS });
  if (preview.confirmation === null) return ok({ status: 'refused', changed: false, preview });
  if (request.confirm !== preview.confirmation) return ok({ status: 'unconfirmed', changed: false, preview });

  await dependencies.record('intent', preview);
  const posted = await dependencies.tables.migrate(workspace.resourceId, table);
  if (!posted.ok) return posted;
  const read = await dependencies.tables.read(workspace.resourceId, table);
  if (!read.ok) return read;
  const after = { ...preview, state: read.value?.state ?? ('absent' as const) };
  if (after.state === 'failed' || after.state === 'absent')
    return fail('operationFailed', `The table ${table} was not migrated: it is ${after.state}.`);
  if (after.state !== 'migrated')
    return ok({ status: 'migrating', changed: true, preview: after, retryAfterMs: READ_AGAIN_MS });
  await dependencies.record('effect', after);
  return ok({ status: 'migrated', changed: true, preview: after });
}

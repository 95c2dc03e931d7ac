import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import {
  migrateTable,
  previewMigration,
  type TableMigration,
} from '../../shared/rules/migrate-table/migrate.ts';
import type { MigrationPreview } from '../../shared/rules/migrate-table/model.ts';
import { readReaders } from '../../shared/rules/migrate-table/readers.ts';
import type { Runtime } from '../compose.ts';
import { azureProblem } from './azure-problem.ts';
import { callerOf, requireRole } from './caller.ts';
import { endpoint, readBody } from './endpoint.ts';
import { Problem } from './problem.ts';
import { workspaceId } from './schemas.ts';

export const MigrateTableRequest = z.strictObject({
  workspaceId,
  table: z.string().regex(/^[A-Za-z]\w{0,99}$/, 'must be the name of a table, such as App_CL'),
  /** Only says what would be done; to do it, say false. */
  whatIf: z.boolean().default(true),
  /** The `confirmation` of the what-if. */
  confirm: z.string().min(1).max(500).optional(),
  /** How long nobody may have written: a day, or more. */
  lookBackHours: z.int().min(24).max(2160).default(24),
  by: z.string().min(1).max(200).optional(),
});

/**
 * `POST /tables/migrate`: what the migration of a classic custom table would mean, or the migration itself. It
 * cannot be undone and nothing forces it. Needs no Idempotency-Key: a migrated table is left as it is.
 */
export const postTableMigration = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { whatIf, confirm, by: named, ...table } = await readBody(request, MigrateTableRequest);
  const dependencies = {
    ...{ tables: app.tables, settings: app.workspaceSettings, logs: app.logs },
    now: () => app.now(),
  };
  if (whatIf) {
    const preview = await previewMigration(dependencies, table);
    if (!preview.ok) throw azureProblem(preview.trouble, 'Azure refused');
    return { jsonBody: { status: 'whatIf', ...preview.value, ...(await readersOf(app, preview.value)) } };
  }
  requireRole(request, 'approver', 'A migration, which nothing undoes,');
  const by = callerOf(request, named);
  const record = (event: 'intent' | 'effect', preview: MigrationPreview) =>
    recordMigration(app, by, event, preview);
  const migration = await migrateTable({ ...dependencies, record }, { ...table, confirm });
  if (!migration.ok) throw azureProblem(migration.trouble, 'Azure refused');
  return answerOf(migration.value, confirm);
});

/** Who reads a table that may be migrated. That they cannot be read takes nothing from the rest of the answer. */
async function readersOf(app: Runtime, { state, workspace, table }: MigrationPreview) {
  if (state !== 'classic') return {};
  const found = await readReaders(app, workspace.resourceId, table);
  if (!found.ok) return { readers: null, readersUnread: [{ what: 'all', reason: found.trouble.message }] };
  const { readers, unresolved, unread } = found.value;
  return { readers, readersUnresolved: unresolved, readersUnread: unread };
}

/** Into the trail of what belongs to no wave: who, what, and how it was before. */
async function recordMigration(
  app: Runtime,
  by: string,
  event: 'intent' | 'effect',
  preview: MigrationPreview,
): Promise<void> {
  const { workspace, table } = preview;
  const message =
    event === 'intent'
      ? `migrates the table ${table} of ${workspace.resourceId} for good`
      : `the table ${table} of ${workspace.resourceId} is migrated`;
  const entry = { at: new Date(app.now()).toISOString(), waveId: null, machineId: null, stage: null };
  await app.ledger.audit.append('table-migration', [{ ...entry, event, message, by, data: preview }]);
}

function answerOf(
  { status, changed, preview, retryAfterMs = 0 }: TableMigration,
  confirm: string | undefined,
): HttpResponseInit {
  const jsonBody = { status, changed, ...preview };
  if (status === 'migrated') return { jsonBody };
  if (status === 'migrating')
    return { status: 202, headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) }, jsonBody };
  if (status === 'unconfirmed')
    throw new Problem(
      'confirmationDiffers',
      confirm === undefined
        ? 'Nothing was changed. Look with whatIf first, and repeat its confirmation in confirm.'
        : 'Nothing was changed: the confirmation is not that of the table as it is now. Look again with whatIf.',
      [{ path: 'confirm', message: 'is not the confirmation of a what-if of the table as it is now' }],
    );
  const [first] = preview.blockers;
  if (first === undefined) throw new Error('a migration was refused without a reason');
  throw new Problem(
    first.code,
    `Nothing was changed. ${first.message}`,
    preview.blockers.map(({ code, message }) => ({ path: 'table', message: `${code}: ${message}` })),
  );
}

import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { StoredRuleSet } from '../../shared/ledger/rule-sets.ts';
import { normalizeId } from '../../shared/model/ids.ts';
import { isTransient } from '../../shared/model/trouble.ts';
import { convertWorkspace } from '../../shared/rules/convert/convert.ts';
import { LOSSES, type Loss } from '../../shared/rules/convert/model.ts';
import { readSettings } from '../../shared/rules/read-settings.ts';
import type { Runtime } from '../compose.ts';
import { type CsvColumn, csvResponse, wantsCsv } from './csv.ts';
import { endpoint, readBody, readQuery, startingEndpoint } from './endpoint.ts';
import { Problem } from './problem.ts';
import { NoQuery } from './schemas.ts';

const armId = (type: string, example: string) =>
  z
    .string()
    .regex(
      new RegExp(`^/subscriptions/[^/]+/resourcegroups/[^/]+${type}$`, 'i'),
      `must be an ARM id of the form ${example}`,
    );

const workspaceId = armId(
  '/providers/microsoft\\.operationalinsights/workspaces/[^/]+',
  '/subscriptions/ID/resourceGroups/NAME/providers/Microsoft.OperationalInsights/workspaces/NAME',
);

/** Workspaces of one request: each takes about thirty calls to ARM. */
const MAX_WORKSPACES = 5;

export const ConvertRequest = z.strictObject({
  workspaceIds: z
    .array(workspaceId)
    .min(1)
    .max(MAX_WORKSPACES)
    .refine((ids) => new Set(ids.map(normalizeId)).size === ids.length, 'names a workspace twice'),
  /** Where the rules go; without it each goes to the resource group of its workspace. */
  resourceGroupId: armId('', '/subscriptions/ID/resourceGroups/NAME').optional(),
  /** Ingestion endpoint of the workspaces' region, for the data sources that need one. */
  endpointId: armId(
    '/providers/microsoft\\.insights/datacollectionendpoints/[^/]+',
    '/subscriptions/ID/resourceGroups/NAME/providers/Microsoft.Insights/dataCollectionEndpoints/NAME',
  ).optional(),
  /** Syslog facilities by which forwarders take in CEF; no setting of a workspace tells them. */
  cefFacilities: z.array(z.string().min(1).max(20)).max(20).optional(),
  /** VM insights with the map of the dependency agent, where the solutions do not tell. */
  dependencyMap: z.boolean().optional(),
});

/** `POST /rulesets`: converts the settings of workspaces. It changes nothing in Azure. */
export const postRuleSets = startingEndpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { workspaceIds, ...options } = await readBody(request, ConvertRequest);
  const ruleSets: StoredRuleSet[] = [];
  for (const [i, id] of workspaceIds.entries()) ruleSets.push(await convertOne(app, id, options, i));
  for (const stored of ruleSets) await app.ledger.ruleSets.put(stored);
  return { status: 201, jsonBody: { ruleSets: ruleSets.map(view) } };
});

async function convertOne(
  app: Runtime,
  id: string,
  options: Omit<z.infer<typeof ConvertRequest>, 'workspaceIds'>,
  index: number,
): Promise<StoredRuleSet> {
  const read = await readSettings({ settings: app.workspaceSettings, graph: app.graph }, id);
  if (!read.ok) {
    const { code, message, retryAfterMs } = read.trouble;
    if (isTransient(code))
      throw new Problem('unavailable', `Azure is busy: ${message}`, [], {
        'retry-after': String(Math.ceil((retryAfterMs ?? 30_000) / 1000)),
      });
    throw new Problem('workspaceNotReadable', `The workspace ${id} cannot be read: ${message}`, [
      { path: `workspaceIds[${index}]`, message },
    ]);
  }
  const { settings, existingRules } = read.value;
  const { workspace } = settings;
  const ruleSet = convertWorkspace(settings, {
    existingRules,
    options: {
      resourceGroupId: options.resourceGroupId ?? workspace.resourceId.split('/').slice(0, 5).join('/'),
      ...(options.endpointId === undefined ? {} : { endpointId: options.endpointId }),
      ...(options.cefFacilities === undefined ? {} : { cefFacilities: options.cefFacilities }),
      ...(options.dependencyMap === undefined ? {} : { dependencyMap: options.dependencyMap }),
    },
  });
  const { resourceId, name } = workspace;
  return {
    ruleSet,
    workspace: { id: workspace.id, resourceId, name },
    createdAt: new Date(app.now()).toISOString(),
  };
}

/** `GET /rulesets`: what was converted, newest first. */
export const listRuleSets = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  return { jsonBody: { ruleSets: await app.ledger.ruleSets.list() } };
});

/** `GET /rulesets/{id}`: rules, losses and explanations; as CSV the losses alone. */
export const getRuleSet = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const stored = await findRuleSet(app, request.params['id'] ?? '');
  if (wantsCsv(request)) return csvResponse(LOSS_COLUMNS, stored.ruleSet.losses);
  return { headers: { vary: 'accept' }, jsonBody: view(stored) };
});

/** `GET /rulesets/{id}/bicep`: all rules as one Bicep file. */
export const getRuleSetBicep = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const { ruleSet } = await findRuleSet(app, request.params['id'] ?? '');
  return { headers: { 'content-type': 'text/plain; charset=utf-8' }, body: ruleSet.bicep };
});

export async function findRuleSet(app: Runtime, id: string): Promise<StoredRuleSet> {
  const stored = await app.ledger.ruleSets.get(id);
  if (stored === undefined) throw new Problem('ruleSetNotFound', `There is no rule set "${id}".`);
  return stored;
}

function view({ ruleSet, workspace, createdAt }: StoredRuleSet) {
  const { bicep: _, losses, ...rest } = ruleSet;
  const effects = { lost: 0, changed: 0, off: 0 };
  for (const { code } of losses) effects[LOSSES[code].effect] += 1;
  return {
    ...rest,
    workspace,
    createdAt,
    counts: { rules: ruleSet.rules.length, tables: ruleSet.tables.length, ...effects },
    losses: losses.map((loss) => ({ ...loss, ...LOSSES[loss.code] })),
    links: { self: `/api/rulesets/${ruleSet.id}`, bicep: `/api/rulesets/${ruleSet.id}/bicep` },
  };
}

const LOSS_COLUMNS: readonly CsvColumn<Loss>[] = [
  { header: 'effect', value: ({ code }) => LOSSES[code].effect },
  { header: 'code', value: ({ code }) => code },
  { header: 'kind', value: ({ origin }) => origin.kind },
  { header: 'source', value: ({ origin }) => origin.sourceId },
  { header: 'item', value: ({ origin }) => origin.item },
  { header: 'what', value: ({ code }) => LOSSES[code].text },
  { header: 'detail', value: ({ detail }) => detail },
];

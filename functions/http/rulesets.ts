import type { HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { StoredRuleSet } from '../../shared/ledger/rule-sets.ts';
import { contentHash, normalizeId } from '../../shared/model/ids.ts';
import { REGION_CHARACTERS } from '../../shared/rules/convert/configuration-endpoints.ts';
import { convertWorkspace, type RuleSet } from '../../shared/rules/convert/convert.ts';
import { LOSSES, type Loss } from '../../shared/rules/convert/model.ts';
import { readSettings } from '../../shared/rules/read-settings.ts';
import type { Runtime } from '../compose.ts';
import { azureProblem } from './azure-problem.ts';
import type { CalledApp } from './caller.ts';
import { type CsvColumn, csvResponse, wantsCsv } from './csv.ts';
import { endpoint, readBody, readQuery, startingEndpoint } from './endpoint.ts';
import { LeverChoices } from './lever-schemas.ts';
import { listPage } from './pages.ts';
import { Problem } from './problem.ts';
import { recordChange } from './record-change.ts';
import { armId, ListQuery, NoQuery, workspaceId } from './schemas.ts';

/** Workspaces of one request: each takes about thirty calls to ARM. */
const MAX_WORKSPACES = 5;

const region = z
  .string()
  .max(REGION_CHARACTERS)
  .regex(/^[A-Za-z][A-Za-z0-9 ]+$/, 'must be a region, such as westeurope');

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
  /** Regions of machines behind private link: each gets an endpoint that gives them their configuration. */
  configurationEndpointRegions: z.array(region).max(100).optional(),
  /** Syslog facilities by which forwarders take in CEF; no setting of a workspace tells them. */
  cefFacilities: z.array(z.string().min(1).max(20)).max(20).optional(),
  /** VM insights with the map of the dependency agent, where the solutions do not tell. */
  dependencyMap: z.boolean().optional(),
  /** Cost levers to apply; `POST /rulesets/{id}/levers` proposes some. None is ever applied otherwise. */
  levers: LeverChoices.optional(),
});

/** `POST /rulesets`: converts the settings of workspaces. It changes nothing in Azure. */
export const postRuleSets = startingEndpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const { workspaceIds, ...options } = await readBody(request, ConvertRequest);
  const ruleSets: StoredRuleSet[] = [];
  for (const [i, id] of workspaceIds.entries()) ruleSets.push(await convertOne(app, id, options, i));
  for (const stored of ruleSets) await keep(app, stored);
  return { status: 201, jsonBody: { ruleSets: ruleSets.map(view) } };
});

/** Equal settings give the set that is there: then nothing is new, and nothing is said of it. */
async function keep(app: CalledApp, stored: StoredRuleSet): Promise<void> {
  const { ruleSet, workspace, createdAt } = stored;
  if ((await app.ledger.ruleSets.get(ruleSet.id)) !== undefined) return;
  await recordChange(app, 'rule-set', {
    ...{ at: createdAt, by: app.calledBy, before: null },
    message: `converted ${workspace.resourceId} into rule set ${ruleSet.id}`,
    after: { ruleSetId: ruleSet.id, workspaceId: workspace.resourceId, rules: ruleSet.rules.length },
  });
  await app.ledger.ruleSets.put(stored);
}

async function convertOne(
  app: Runtime,
  id: string,
  options: Omit<z.infer<typeof ConvertRequest>, 'workspaceIds'>,
  index: number,
): Promise<StoredRuleSet> {
  const read = await readSettings({ settings: app.workspaceSettings, graph: app.graph }, id);
  if (!read.ok)
    throw azureProblem(read.trouble, `The workspace ${id} cannot be read`, {
      otherwise: 'workspaceNotReadable',
      faults: [{ path: `workspaceIds[${index}]`, message: read.trouble.message }],
    });
  const { settings, existingRules } = read.value;
  const { workspace } = settings;
  const ruleSet = convertWorkspace(settings, {
    existingRules,
    options: {
      resourceGroupId: options.resourceGroupId ?? workspace.resourceId.split('/').slice(0, 5).join('/'),
      ...(options.endpointId === undefined ? {} : { endpointId: options.endpointId }),
      ...(options.configurationEndpointRegions === undefined
        ? {}
        : { configurationEndpointRegions: options.configurationEndpointRegions }),
      ...(options.cefFacilities === undefined ? {} : { cefFacilities: options.cefFacilities }),
      ...(options.dependencyMap === undefined ? {} : { dependencyMap: options.dependencyMap }),
      ...(options.levers === undefined ? {} : { levers: options.levers }),
    },
  });
  const { resourceId, name } = workspace;
  return {
    ruleSet: { ...ruleSet, id: placedId(ruleSet) },
    workspace: { id: workspace.id, resourceId, name },
    createdAt: new Date(app.now()).toISOString(),
  };
}

/**
 * The converter's id says what is collected. Where it goes and by which endpoint is the request's, and a set of
 * one id is kept once: without its places a second conversion would be deployed where the first one said.
 */
function placedId({ id, rules, reused, configurationEndpoints = [] }: RuleSet): string {
  return contentHash({
    id,
    rules: rules.map(({ resourceId, body }) => [
      placeOf(resourceId),
      placeOf(body.properties.dataCollectionEndpointId),
    ]),
    reused: reused.map(({ resourceId }) => placeOf(resourceId)),
    endpoints: configurationEndpoints.map(({ resourceId }) => placeOf(resourceId)),
  });
}

function placeOf(resourceId: string | undefined): string | null {
  return resourceId === undefined ? null : normalizeId(resourceId);
}

/** `GET /rulesets`: what was converted, newest first, paged. */
export const listRuleSets = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  const query = readQuery(request, ListQuery);
  const { items, next } = listPage(await app.ledger.ruleSets.list(), query);
  return { jsonBody: { ruleSets: items, ...(next !== undefined && { next }) } };
});

/** `GET /rulesets/{id}`: rules, losses and explanations; as CSV the losses alone. */
export const getRuleSet = endpoint(async ({ request, app }): Promise<HttpResponseInit> => {
  readQuery(request, NoQuery);
  const stored = await findRuleSet(app, request.params['id'] ?? '');
  if (wantsCsv(request)) return csvResponse(LOSS_COLUMNS, stored.ruleSet.losses);
  const current = await app.ledger.ruleSets.deployed(stored.workspace.id);
  const deployed =
    current?.ruleSetId === stored.ruleSet.id ? { deployedAt: current.at, deployedBy: current.by } : {};
  return { headers: { vary: 'accept' }, jsonBody: { ...view(stored), ...deployed } };
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

/** A loss with what its code means. */
export interface ShownLoss extends Loss {
  readonly effect: 'lost' | 'changed' | 'off';
  readonly text: string;
}

export function view({ ruleSet, workspace, createdAt }: StoredRuleSet) {
  const { bicep: _, losses, ...rest } = ruleSet;
  const effects = { lost: 0, changed: 0, off: 0 };
  for (const { code } of losses) effects[LOSSES[code].effect] += 1;
  return {
    ...rest,
    workspace,
    createdAt,
    counts: { rules: ruleSet.rules.length, tables: ruleSet.tables.length, ...effects },
    losses: losses.map((loss): ShownLoss => ({ ...loss, ...LOSSES[loss.code] })),
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

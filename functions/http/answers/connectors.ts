import { z } from 'zod';
import type { Dependent as DependentView } from '../../../shared/connectors/dependents.ts';
import type { Disabled as DisabledView } from '../../../shared/connectors/disable-now.ts';
import type { RestoreStep as RestoreStepView } from '../../../shared/connectors/restore.ts';
import type { withLinks } from '../connectors.ts';
import { answer, page, shape } from './answer.ts';

/** One of the two kinds on one workspace, with the value that can be put back. */
export const CollectionView = shape(
  'CollectionView',
  z.strictObject({
    kind: z.string(),
    product: z.string(),
    name: z.string(),
    tier: z.string().nullable().describe('null: nothing is configured.'),
    stored: z
      .strictObject({
        tier: z.string(),
        properties: z.record(z.string(), z.unknown()),
        storedAt: z.string(),
        waveId: z.string().nullable().describe('null: changed by a call of the API.'),
        by: z.string(),
        reason: z.string().nullable(),
        restored: z
          .strictObject({
            at: z.string(),
            by: z.string(),
          })
          .nullable(),
        restorable: z.boolean(),
      })
      .nullable(),
  }),
);

/** One switch of legacy collection to None, from its intent on. */
export const ConnectorSwitch = shape(
  'ConnectorSwitch',
  z.strictObject({
    workspaceId: z.string(),
    waveId: z.string().nullable().describe('null: by a call of the API.'),
    by: z.string(),
    reason: z.string().nullable(),
    startedAt: z.string(),
    confirmedAt: z.string().nullable().describe('When None was read back.'),
    dependents: z.number(),
    ingestionLagSeconds: z.number().describe('How long rows may take to arrive: the verdict waits for that.'),
    propagationSeconds: z.number().exactOptional().describe('As `DEFAULT_WATCH` where they are absent.'),
    watchSeconds: z.number().exactOptional(),
    restoredAt: z.string().nullable(),
    check: z
      .strictObject({
        result: z.enum(['pass', 'fail', 'inconclusive']),
        at: z.string(),
        message: z.string(),
        before: z
          .strictObject({
            since: z.string(),
            until: z.string(),
          })
          .describe(
            'Two stretches of the same length: the one that ends with the switch, and one after it took effect.',
          ),
        after: z.strictObject({
          since: z.string(),
          until: z.string(),
        }),
        judged: z
          .number()
          .describe(
            'Verified machines that wrote enough before to be judged, and those that wrote too little.',
          ),
        quiet: z.number(),
        silent: z
          .number()
          .describe(
            'Judged machines without a row after it; those of them that were not heard either were switched off.',
          ),
        lost: z
          .number()
          .describe('Silent though heard: they lost their security events. At most a hundred are named.'),
        lostMachines: z.array(z.string()),
        queries: z.array(z.string()).describe('Ids of the queries behind it.'),
      })
      .nullable(),
  }),
);

export const Connector = answer<ReturnType<typeof withLinks>>()(
  'Connector',
  z.strictObject({
    links: z.strictObject({
      self: z.string(),
      impact: z.string(),
    }),
    workspace: z.string().describe('Customer id: the GUID this workspace is addressed by.'),
    workspaceId: z.string(),
    name: z.string(),
    region: z.string(),
    collections: z.array(CollectionView).nullable(),
    solutions: z.array(
      z.strictObject({
        product: z.string(),
        title: z.string(),
        dependsOnLegacyAgent: z.boolean().nullable().describe('null: this app does not know the solution.'),
        successor: z.string().nullable(),
      }),
    ),
    syslogFacilities: z.array(z.string()).nullable().describe('Facilities that the legacy agent collects.'),
    cef: z
      .strictObject({
        megabytesPerDay: z.number(),
        lastSeen: z.string(),
      })
      .nullable()
      .describe('What came in as CEF in the days the inventory read.'),
    dependents: z.number().nullable().describe('Machines that would lose legacy collection.'),
    switched: ConnectorSwitch.nullable(),
    unread: z.array(
      z.strictObject({
        what: z.string(),
        reason: z.string(),
      }),
    ),
  }),
);

/** A machine that would lose legacy collection, and how that is known. */
export const Dependent = answer<DependentView>()(
  'Dependent',
  z.strictObject({
    id: z.string().describe("Normalised ARM id, or the computer's name where its heartbeat tells no more."),
    name: z.string(),
    extension: z.boolean().describe('The inventory shows a legacy extension that reports to the workspace.'),
    lastHeard: z.string().nullable().describe('Last heard through the legacy agent within a day, ISO 8601.'),
  }),
);

/** One kind of legacy collection as it is on a workspace. */
const Collection = shape(
  'Collection',
  z.strictObject({
    kind: z.enum([
      'SecurityInsightsSecurityEventCollectionConfiguration',
      'SecurityEventCollectionConfiguration',
    ]),
    name: z.string(),
    tier: z.string().describe('None, Minimal, Recommended or All.'),
    properties: z.record(z.string(), z.unknown()),
    etag: z
      .string()
      .exactOptional()
      .describe('The version that was read; a write that carries it replaces that version only.'),
  }),
);

export const Disabled = answer<DisabledView>()(
  'Disabled',
  z.union([
    z.strictObject({
      status: z.literal('alreadyDone'),
      collections: z.array(Collection),
    }),
    z.strictObject({
      status: z.literal('whatIf'),
      collections: z.array(Collection),
      dependents: z.number(),
      allowed: z.boolean(),
    }),
    z.strictObject({
      status: z.literal('inUse'),
      dependents: z.number(),
    }),
    z.strictObject({
      status: z.literal('disabled'),
      dependents: z.number(),
      switched: ConnectorSwitch,
    }),
    z.strictObject({
      status: z.enum(['changed', 'stillOn']),
      detail: z.string(),
    }),
  ]),
);

/** What happens to one setting: `conflict` is one that somebody set to something else since. */
export const RestoreStep = answer<RestoreStepView>()(
  'RestoreStep',
  z.strictObject({
    kind: z.string(),
    name: z.string(),
    action: z.enum(['restore', 'alreadyThere', 'conflict']),
    current: z.string().nullable().describe('null: nothing is configured.'),
    stored: z.string(),
  }),
);

const about = { inventoryId: z.string(), inventoryCompletedAt: z.string().nullable() };
export const ConnectorPage = page('ConnectorPage', 'connectors', Connector, about);
export const OneConnector = shape('OneConnector', Connector.extend(about));
export const ImpactPage = page('ImpactPage', 'machines', Dependent, {
  workspace: z.string(),
  inventoryId: z.string(),
  count: z.int(),
});

const which = { workspace: z.string(), workspaceId: z.string() };
const links = z.strictObject({ impact: z.string() });
export const ConnectorDisabled = shape(
  'ConnectorDisabled',
  z.union(Disabled.options.map((option) => option.extend({ ...which, links }))),
);
export const ConnectorRestored = shape(
  'ConnectorRestored',
  z.strictObject({
    ...which,
    status: z.enum(['whatIf', 'restored']),
    steps: z.array(RestoreStep),
    warnings: z.array(z.strictObject({ code: z.string(), text: z.string() })),
  }),
);

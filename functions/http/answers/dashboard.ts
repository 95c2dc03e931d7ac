import { z } from 'zod';
import type { WaveProgress } from '../../../shared/dashboard/likely-end.ts';
import type { NeedsPerson } from '../../../shared/dashboard/needs-person.ts';
import type { CellThrottle } from '../../../shared/dashboard/throttle.ts';
import type { CohortTimeline } from '../../../shared/dashboard/timeline.ts';
import type { TroubleGroup } from '../../../shared/dashboard/troubles.ts';
import type { Verb } from '../../../shared/dashboard/verbs.ts';
import { ROLES } from '../../../shared/model/caller.ts';
import type { FleetSnapshot } from '../../../shared/model/fleet.ts';
import { LIMIT_NAMES } from '../../../shared/model/limits.ts';
import { agrees, answer, page, shape } from './answer.ts';
import { Machine } from './machine.ts';
import { WaveForecast } from './plan.ts';
import { needs, phaseName, reasonCode, stage, waveStep } from './vocabulary.ts';
import { Wave, WaveTotals } from './wave.ts';
import { WaveMachine } from './wave-pages.ts';

const role = z.enum(ROLES);
const status = z.enum(['done', 'alreadyDone', 'skipped', 'waiting', 'blocked', 'failed']);
const kind = z.enum(['azureVm', 'scaleSet', 'arcServer']);

export const Me = shape(
  'Me',
  z.strictObject({
    kind: z.enum(['person', 'workload', 'key']),
    name: z.string().nullable().describe('null: with a key each request says who asks.'),
    roles: z.array(role),
    signIn: z.boolean().describe('Whether App Service authentication is in front.'),
  }),
);

const fleetPoint = answer<FleetSnapshot>()(
  'FleetSnapshot',
  z.strictObject({
    at: z.string(),
    legacyOnly: z.number(),
    both: z.number(),
    amaOnly: z.number(),
    neither: z.number(),
    total: z.number(),
  }),
);
const needsPerson = answer<NeedsPerson>()(
  'NeedsPerson',
  z.strictObject({
    kind: z.enum(['hold', 'approval', 'degraded', 'inventory']),
    waveId: z.string().nullable(),
    inventoryId: z.string().nullable(),
    title: z.string(),
    text: z.string(),
    since: z.string().nullable(),
    role: role.describe('Who may clear it.'),
  }),
);
const waveLine = z.strictObject({
  id: z.string(),
  planId: z.string(),
  index: z.number(),
  dryRun: z.boolean(),
  phase: phaseName,
  message: z.string(),
  step: waveStep,
  machineCount: z.number(),
  totals: WaveTotals,
  migrated: z.number().describe('Machines whose legacy agent is confirmed to be gone.'),
  createdAt: z.string(),
  finishedAt: z.string().nullable(),
  requestedBy: z.string(),
  soakUntil: z.string().nullable(),
});
const waveProgress = answer<WaveProgress>()(
  'WaveProgress',
  z.strictObject({
    index: z.number(),
    machines: z.number(),
    forecastStart: z.string().nullable().describe('Had the plan begun when its first wave did.'),
    forecastEnd: z.string().nullable(),
    waveId: z.string().nullable(),
    start: z.string().nullable(),
    end: z.string().nullable(),
    likelyEnd: z.string().nullable().describe('null: nobody can tell.'),
  }),
);
const count = z.number();

export const Overview = shape(
  'Overview',
  z.strictObject({
    inventory: z.strictObject({
      id: z.string().nullable().describe('The newest completed one.'),
      completedAt: z.string().nullable(),
      machines: z.number().nullable(),
      assessment: z
        .strictObject({ ready: count, alreadyMigrated: count, notApplicable: count, blocked: count })
        .nullable(),
      running: z.string().nullable().describe('One that is being taken.'),
    }),
    fleet: z.strictObject({
      items: z.array(fleetPoint),
      derived: z.boolean().describe('The last point is reckoned from what waves have done since.'),
    }),
    waves: z.array(waveLine),
    needs: z.array(needsPerson),
    plan: z
      .strictObject({
        id: z.string(),
        name: z.string(),
        counts: z.strictObject({
          machines: count,
          planned: count,
          alreadyMigrated: count,
          blocked: count,
          notSelected: count,
        }),
        waves: z.array(waveProgress),
        forecastEnd: z.string().nullable(),
        likelyEnd: z.string().nullable(),
        pace: z.number().describe('How much longer ended waves took than forecast at least.'),
        assumption: z.string(),
      })
      .nullable(),
  }),
);

const limitUse = z.strictObject({
  limit: z.enum(LIMIT_NAMES),
  used: z.number().describe('Share of the usable burst that is spent or booked, 0 to 1.'),
  booked: z.number(),
  closedUntil: z.string().nullable(),
});
export const Throttle = shape(
  'Throttle',
  z.strictObject({
    cells: z.array(
      agrees<CellThrottle>()(
        z.strictObject({ cell: z.string(), limits: z.array(limitUse), waiting: z.number() }),
      ),
    ),
    queries: limitUse,
    notShown: z.number().describe('Cells beyond those that one answer holds.'),
  }),
);

const cohort = answer<CohortTimeline>()(
  'CohortTimeline',
  z.strictObject({
    cell: z.string(),
    kind: z.string(),
    machines: z.number(),
    stages: z.array(
      z.strictObject({
        stage,
        from: z.string(),
        to: z.string().nullable().describe('null: a machine is still there.'),
        machines: z.number(),
        settled: z.number(),
        failed: z.number(),
      }),
    ),
  }),
);
const trouble = answer<TroubleGroup>()(
  'TroubleGroup',
  z.strictObject({ stage, status, reason: reasonCode, machines: z.number(), text: z.string(), needs }),
);
const verb = answer<Verb>()(
  'Verb',
  z.strictObject({
    verb: z.enum(['approve', 'promote', 'hold', 'resume', 'retry', 'abort', 'rollback']),
    allowed: z.boolean(),
    role,
    why: z.string().exactOptional().describe('Why not; absent where it is allowed.'),
  }),
);
export const WaveBoard = shape(
  'WaveBoard',
  z.strictObject({
    wave: Wave,
    plan: z.strictObject({ id: z.string(), name: z.string(), waves: z.number() }),
    approvals: z.strictObject({
      start: z.boolean(),
      removal: z.boolean(),
      requesterMayApprove: z.boolean(),
      quorum: z.number(),
    }),
    gate: z.strictObject({ maxNotVerifiedShare: z.number(), maxFailed: z.number() }),
    soakSeconds: z.number(),
    forecast: WaveForecast.nullable(),
    verbs: z.array(verb),
  }),
);

export const WaveTimeline = shape(
  'WaveTimeline',
  z.strictObject({ cohorts: z.array(cohort), troubles: z.array(trouble) }),
);

export const WaveTable = page(
  'WaveTable',
  'machines',
  shape(
    'MachineRow',
    z.strictObject({
      id: z.string(),
      name: z.string(),
      kind,
      os: z.enum(['windows', 'linux']),
      cell: z.string(),
      batchId: z.string(),
      stage: stage.nullable(),
      status: z.enum(['planned', ...status.options]),
      reason: reasonCode.nullable(),
      text: z.string().nullable().describe('What the reason means.'),
      verdict: z.enum(['pass', 'fail', 'inconclusive', 'accepted']).nullable(),
      since: z.string().nullable(),
      inFlight: z.boolean(),
    }),
  ),
  { total: z.number().describe('Machines that fit.'), of: z.number().describe('Machines of the wave.') },
);

export const OneMachine = shape(
  'OneMachine',
  z.strictObject({
    id: z.string(),
    inventory: z.strictObject({ id: z.string(), completedAt: z.string().nullable() }).nullable(),
    machine: Machine.nullable().describe('As the newest inventory saw it.'),
    wave: z
      .strictObject({
        id: z.string(),
        index: z.number(),
        phase: phaseName,
        message: z.string(),
        dryRun: z.boolean(),
      })
      .nullable(),
    inWave: WaveMachine.nullable(),
    proxy: z.strictObject({ name: z.string(), kind: z.string(), address: z.string().nullable() }).nullable(),
    next: z.string().describe('What happens next, or what a person has to do.'),
  }),
);

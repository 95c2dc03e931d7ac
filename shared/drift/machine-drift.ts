import { type Settings, settingsDrift } from '../agents/ama-settings.ts';
import { versionObstacle } from '../agents/ama-versions.ts';
import { legacyPresence } from '../inventory/reports.ts';
import { isAmaExtension } from '../model/agents.ts';
import type { Baseline, DriftFinding, Via } from '../model/drift.ts';
import { type DriftCode, remedyOf } from '../model/drift-codes.ts';
import type { Machine } from '../model/machine.ts';
import { associationName, ENDPOINT_ASSOCIATION } from '../rules/associations.ts';

/** A finding before it is known since when it is there. */
export type FreshFinding = Omit<DriftFinding, 'since'>;

export interface MachineContext {
  /** The instant of the inventory, milliseconds. */
  readonly now: number;
  /** Rules it must be associated with. */
  readonly expectedRules: readonly string[];
  /** Rules that are there at all. */
  readonly knownRules: ReadonlySet<string>;
  /** By what a legacy agent could have come back. */
  viaOf(machine: Machine, baseline: Baseline): readonly Via[];
}

/** What is heard just after a removal was said before it. */
const LAST_WORDS_MS = 30 * 60_000;
const UNHEARD_MS = 24 * 3_600_000;

/** How a migrated machine differs from what it was migrated to. Pure. */
export function machineDrift(machine: Machine, baseline: Baseline, context: MachineContext): FreshFinding[] {
  return [
    ...legacyDrift(machine, baseline, context),
    ...agentDrift(machine, baseline, context),
    ...associationDrift(machine, baseline, context),
    ...obsoleteAssociations(machine, baseline, context),
  ];
}

function legacyDrift(machine: Machine, baseline: Baseline, context: MachineContext): FreshFinding[] {
  const { removedAt } = baseline;
  if (removedAt === null) return [];
  const presence = legacyPresence(machine, context.now);
  // An old voice is that of before; the new agent may just be missing, which is another finding.
  const isBack =
    presence === 'extension' ||
    (presence === 'heartbeat' &&
      machine.heartbeats.legacy !== null &&
      Date.parse(machine.heartbeats.legacy) > Date.parse(removedAt) + LAST_WORDS_MS);
  if (!isBack) return [];
  const via = context.viaOf(machine, baseline);
  const open = via.find(({ kind }) => kind !== 'script' && kind !== 'image');
  const form = presence === 'extension' ? 'as an extension' : 'without an extension';
  return [
    {
      ...found('legacyBack', machine, baseline, `${form}, by ${via.map(nameOf).join(' or ')}`),
      via,
      ...(open === undefined
        ? {}
        : { needsPerson: `${nameOf(open)} would bring the agent back: end that first` }),
    },
  ];
}

function nameOf({ kind, id }: Via): string {
  const names = {
    policy: 'a policy',
    defender: 'automatic provisioning by Defender',
    scaleSetModel: 'the model of its scale set',
    image: 'the image it was made from anew',
    script: 'a script or a person',
  };
  return id === undefined ? names[kind] : `${names[kind]} (${id})`;
}

function agentDrift(machine: Machine, baseline: Baseline, { now }: MachineContext): FreshFinding[] {
  const ama = machine.extensions.find(isAmaExtension);
  if (ama === undefined) return [found('amaMissing', machine, baseline)];
  const state = ama.provisioningState;
  // Somebody, perhaps a wave, is at it.
  if (state !== null && /^(creating|updating|deleting)$/i.test(state)) return [];
  if (state !== null && !/^succeeded$/i.test(state)) return [found('amaFailed', machine, baseline, state)];
  const findings: FreshFinding[] = [];
  const wanted = (baseline.settings ?? undefined) as Settings | undefined;
  const differs = settingsDrift(ama.settings, wanted) ?? addedProxy(ama.settings, wanted);
  if (differs !== undefined) findings.push(found('amaSettingsDiffer', machine, baseline, differs));
  const outdated = versionObstacle(ama.version, baseline, wanted);
  if (outdated !== undefined) findings.push(found('amaOutdated', machine, baseline, outdated));
  const identity = identityDrift(machine, baseline);
  if (identity !== undefined) findings.push(found('identityMissing', machine, baseline, identity));
  const { ama: heard } = machine.heartbeats;
  const isUnheard = heard === null || now - Date.parse(heard) > UNHEARD_MS;
  const isSettled = now - Date.parse(baseline.at) > UNHEARD_MS;
  if (isUnheard && isSettled && machine.availability === 'running' && machine.kind !== 'scaleSet')
    findings.push(
      found('amaUnheard', machine, baseline, heard === null ? 'never heard' : `last heard ${heard}`),
    );
  return findings;
}

/** A proxy that the plan left to the agent's default, and that somebody set. */
function addedProxy(settings: unknown, wanted: Settings | undefined): string | undefined {
  const { proxy } = (settings ?? {}) as { proxy?: { mode?: unknown; address?: unknown } };
  if (wanted?.proxy !== undefined || proxy?.mode !== 'application') return undefined;
  return `proxy is ${String(proxy.address)}, wanted the default`;
}

/** Arc servers sign in with the identity of their own agent. */
function identityDrift(machine: Machine, { userAssignedIdentityId }: Baseline): string | undefined {
  if (machine.kind === 'arcServer') return undefined;
  if (userAssignedIdentityId !== null)
    return machine.userIdentities.includes(userAssignedIdentityId)
      ? undefined
      : `${userAssignedIdentityId} is not assigned any more`;
  if (machine.systemIdentity || machine.userIdentities.length === 1) return undefined;
  return machine.userIdentities.length === 0 ? 'it has none' : 'it has several, and none is named';
}

function associationDrift(machine: Machine, baseline: Baseline, context: MachineContext): FreshFinding[] {
  const present = new Set(machine.associations.map(({ ruleId }) => ruleId));
  // What is gone for all is one finding about the rule, not one for each machine.
  const missing = context.expectedRules.filter((id) => context.knownRules.has(id) && !present.has(id));
  const endpoint = machine.associations.find(
    ({ name }) => name.toLowerCase() === ENDPOINT_ASSOCIATION.toLowerCase(),
  );
  const wanted = baseline.endpointId;
  if (wanted !== null && endpoint?.endpointId !== wanted) missing.push(wanted);
  if (missing.length === 0) return [];
  return [found('associationMissing', machine, baseline, missing.join(', '))];
}

/** Ours by their name; a rule that is gone takes its associations with it. */
function obsoleteAssociations(
  machine: Machine,
  baseline: Baseline,
  { expectedRules, knownRules }: MachineContext,
): FreshFinding[] {
  const left = machine.associations.flatMap(({ name, ruleId }) =>
    ruleId !== null &&
    name === associationName(ruleId) &&
    knownRules.has(ruleId) &&
    !expectedRules.includes(ruleId)
      ? [ruleId]
      : [],
  );
  return left.length === 0 ? [] : [found('associationObsolete', machine, baseline, left.join(', '))];
}

export function found(
  code: DriftCode,
  { id }: Pick<Machine, 'id'>,
  about: { readonly planId: string } | undefined,
  detail?: string,
): FreshFinding {
  return {
    code,
    subject: { kind: 'machine', id },
    ...(detail === undefined ? {} : { detail }),
    remedy: remedyOf(code),
    ...(about === undefined ? {} : { planId: about.planId }),
  };
}

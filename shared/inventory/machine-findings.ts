import { knownFault } from '../agents/ama-versions.ts';
import { worksWithAma } from '../agents/removal/tasks.ts';
import { isAmaExtension, isCompanion, isLegacyExtension } from '../model/agents.ts';
import type { MachineFinding } from '../model/findings.ts';
import { arcAgentAge } from './arc-agent.ts';
import type { Assessable } from './assess.ts';
import { isWindowsClient, osSupport } from './os-support.ts';
import { regionSupport } from './regions.ts';
import { isFresh } from './reports.ts';
import { solutionsOfHeartbeat } from './solutions.ts';

/** What the join knows of a machine beside its own properties. */
export interface Signs {
  readonly now: number;
  /** Computer names it was heard under. */
  readonly computers: readonly string[];
  /** The `Solutions` texts of its legacy heartbeats. */
  readonly solutions: readonly string[];
  /** One of its agent ids is another machine's too. */
  readonly cloned: boolean;
  /** Free space of its system disks, megabytes. */
  readonly freeSpace: readonly { readonly disk: string; readonly megabytes: number; readonly at: string }[];
  /** The model of its scale set carries a legacy agent. */
  readonly scaleSetCarriesLegacy: boolean;
  /** An unmanaged computer with its name is heard. */
  readonly unmanagedTwin: string | undefined;
}

/** The agent keeps up to 10 GB of data it could not send, and needs room for itself. Facts file 3.5. */
const NEEDED_MEGABYTES = 11 * 1024;

/** What a person should know of a machine beside what blocks it. Pure; order is that of this list. */
export function machineFindings(machine: Assessable, signs: Signs): MachineFinding[] {
  return [
    ...platformFindings(machine, signs),
    ...agentFindings(machine, signs),
    ...dependencyFindings(machine, signs),
    ...identityFindings(signs),
  ];
}

function platformFindings(machine: Assessable, { now, freeSpace }: Signs): MachineFinding[] {
  const found: MachineFinding[] = [];
  if (machine.kind === 'unmanaged') return found;
  const support = osSupport(machine);
  if (support.verdict === 'unknown') found.push({ code: 'osUnverified', detail: support.why });
  if (machine.region !== '' && regionSupport(machine.region) === 'unlisted')
    found.push({ code: 'regionUnlisted', detail: machine.region });
  if (machine.osName !== null && isWindowsClient(machine.osName))
    found.push({ code: 'windowsClient', detail: machine.osName });
  const arc = machine.arcAgent === null ? undefined : arcAgentAge(machine.arcAgent.version, now);
  if (arc?.age === 'outdated')
    found.push({
      code: 'arcAgentOutdated',
      detail: `${machine.arcAgent?.version}, released ${arc.released}`,
    });
  for (const { disk, megabytes, at } of freeSpace) {
    if (megabytes < NEEDED_MEGABYTES) {
      const gigabytes = Math.round((megabytes / 1024) * 10) / 10;
      found.push({ code: 'lowDisk', detail: `${disk} had ${gigabytes} GB free at ${at}` });
    }
  }
  return found;
}

function agentFindings(machine: Assessable, { now, scaleSetCarriesLegacy }: Signs): MachineFinding[] {
  const found: MachineFinding[] = [];
  const ama = machine.extensions.find(isAmaExtension);
  const { heartbeats, kind, os } = machine;
  if (ama !== undefined) {
    if (ama.provisioningState !== null && !/^succeeded$/i.test(ama.provisioningState))
      found.push({ code: 'amaUnhealthy', detail: ama.provisioningState });
    if (kind !== 'unmanaged' && os !== 'unknown') {
      const fault = knownFault(ama.version, { os, kind });
      if (fault !== undefined) found.push({ code: 'amaVersionFaulty', detail: fault });
    }
    if (kind !== 'scaleSet' && (heartbeats.ama === null || !isFresh(heartbeats.ama, now)))
      found.push({ code: 'amaSilent', detail: lastHeard(heartbeats.ama) });
  }
  if (machine.extensions.some(isLegacyExtension) && kind !== 'scaleSet') {
    const last =
      [heartbeats.legacy, heartbeats.scom]
        .filter((at) => at !== null)
        .sort()
        .at(-1) ?? null;
    if (last === null || !isFresh(last, now)) found.push({ code: 'legacySilent', detail: lastHeard(last) });
  }
  if (machine.legacyWorkspaces.length > 1)
    found.push({ code: 'multiHomed', detail: machine.legacyWorkspaces.join(', ') });
  if (heartbeats.scom !== null) found.push({ code: 'scomAttached', detail: lastHeard(heartbeats.scom) });
  if (scaleSetCarriesLegacy)
    found.push({ code: 'scaleSetModelInstallsLegacy', detail: machine.scaleSetId ?? '' });
  return found;
}

function dependencyFindings(machine: Assessable, { solutions }: Signs): MachineFinding[] {
  const found: MachineFinding[] = [];
  const dependency = machine.extensions.find((extension) => isCompanion(extension, 'dependencyAgent'));
  if (dependency !== undefined && !worksWithAma(dependency))
    found.push({ code: 'dependencyAgentOnLegacy', detail: dependency.name });
  const diagnostics = machine.extensions.find((extension) => isCompanion(extension, 'diagnostics'));
  if (diagnostics !== undefined) found.push({ code: 'diagnosticsExtension', detail: diagnostics.type });
  const heard = new Set(solutions.flatMap(solutionsOfHeartbeat));
  // The successor is there already.
  if (machine.extensions.some((extension) => isCompanion(extension, 'changeTracking')))
    heard.delete('changeTrackingOnLegacy');
  if (machine.extensions.some((extension) => isCompanion(extension, 'hybridWorker')))
    heard.delete('hybridWorkerOnLegacy');
  for (const code of [...heard].sort()) found.push({ code });
  return found;
}

function identityFindings({ computers, cloned, unmanagedTwin }: Signs): MachineFinding[] {
  const found: MachineFinding[] = [];
  const names = new Set(computers.map(shortName));
  if (names.size > 1) found.push({ code: 'renamedComputer', detail: [...names].sort().join(', ') });
  if (cloned) found.push({ code: 'clonedAgent' });
  if (unmanagedTwin !== undefined) found.push({ code: 'sameNameAsUnmanaged', detail: unmanagedTwin });
  return found;
}

/** A computer's own name: agents report it with and without its domain. */
export function shortName(computer: string): string {
  return (computer.split('.')[0] ?? '').toLowerCase();
}

function lastHeard(at: string | null): string {
  return at === null ? 'never heard' : `last heard ${at}`;
}

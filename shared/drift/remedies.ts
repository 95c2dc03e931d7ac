import type { Ledger } from '../ledger/ledger.ts';
import type { DriftFinding, DriftRemedy, DriftRun } from '../model/drift.ts';
import { type DriftCode, isWaveRemedy, type RemedyKind, WAVE_REMEDIES } from '../model/drift-codes.ts';
import { MOST_MACHINES } from '../model/drift-policy.ts';

type Judged = Pick<DriftRun, 'id' | 'policy' | 'implausible' | 'machines'>;

/** Findings that one remedy would end: of machines of one plan, or of one rule set, workspace or subscription. */
interface Group {
  readonly kind: RemedyKind;
  readonly about: string;
  findings: number;
  readonly machines: Set<string>;
  /** Machines, or places, that the policy lets the app deal with by itself. */
  readonly automatic: Set<string>;
  needsPerson: string | null;
}

/**
 * What can be done about the findings of a run, as proposals and as what the policy has the app do now. A machine is
 * in one wave only, the one that is for its gravest finding; what cannot be believed is in none. Machines that the app
 * deals with by itself are capped over all remedies of the run.
 */
export async function remediesOf(ledger: Ledger, run: Judged): Promise<DriftRemedy[]> {
  const groups = await groupsOf(ledger, run);
  let left = capOf(run);
  const remedies: DriftRemedy[] = [];
  for (const group of groups.values()) {
    const { kind, about, findings, machines, automatic, needsPerson } = group;
    const size = isWaveRemedy(kind) ? Math.min(machines.size, MOST_MACHINES) : 0;
    const remedy = { kind, about, findings, machines: size, waveId: null, by: null, at: null } as const;
    const taken = isWaveRemedy(kind) ? [...automatic].sort().slice(0, left) : [...automatic];
    if (taken.length === 0) {
      const reason = automatic.size > 0 ? capReason(run) : needsPerson;
      remedies.push({ ...remedy, status: 'proposed', reason });
      if (isWaveRemedy(kind)) await keepMachines(ledger, run.id, remedy, [...machines]);
      continue;
    }
    if (isWaveRemedy(kind)) {
      left -= taken.length;
      await keepMachines(ledger, run.id, remedy, taken);
    }
    const kept = machines.size - taken.length;
    const reason = isWaveRemedy(kind) && kept > 0 ? `${kept} machines are left for another run` : null;
    remedies.push({ ...remedy, machines: isWaveRemedy(kind) ? taken.length : 0, status: 'due', reason });
  }
  return remedies;
}

/** The selection is kept: whatever is tried again takes the same machines. */
async function keepMachines(
  ledger: Ledger,
  runId: string,
  { kind, about }: Pick<DriftRemedy, 'kind' | 'about'>,
  machines: readonly string[],
): Promise<void> {
  await ledger.drift.keepSelection(runId, `${kind}|${about}`, machines.toSorted().slice(0, MOST_MACHINES));
}

/** How many machines a run may deal with by itself. */
export function capOf({ policy, machines }: Pick<Judged, 'policy' | 'machines'>): number {
  return Math.min(policy.caps.machines, Math.ceil(policy.caps.share * (machines?.migrated ?? 0)));
}

function capReason(run: Judged): string {
  return `the cap of ${capOf(run)} machines a run is reached`;
}

async function groupsOf(ledger: Ledger, run: Judged): Promise<Map<string, Group>> {
  const groups = new Map<string, Group>();
  const implausible = new Set<DriftCode>(run.implausible);
  let machine: DriftFinding[] = [];
  const flush = () => {
    if (machine.length > 0) addMachine(groups, run, implausible, machine);
    machine = [];
  };
  // Findings of a machine follow one another: rows begin with the key of the machine.
  for await (const finding of ledger.drift.allFindings(run.id)) {
    if (finding.subject.kind !== 'machine') addPlace(groups, run, finding);
    else {
      if (machine[0] !== undefined && machine[0].subject.id !== finding.subject.id) flush();
      machine.push(finding);
    }
  }
  flush();
  return groups;
}

function addMachine(
  groups: Map<string, Group>,
  { policy }: Judged,
  implausible: ReadonlySet<DriftCode>,
  findings: readonly DriftFinding[],
): void {
  // One that cannot be believed puts all that is said of the machine in doubt.
  if (findings.some(({ code }) => implausible.has(code))) return;
  const kind = WAVE_REMEDIES.find((one) => findings.some(({ remedy }) => remedy === one));
  const about = findings.find(({ remedy }) => remedy === kind);
  if (kind === undefined || about?.planId === undefined) return;
  const own = findings.filter(({ remedy }) => remedy !== null && isWaveRemedy(remedy));
  const group = groupFor(groups, kind, about.planId);
  group.findings += own.length;
  group.machines.add(about.subject.id);
  const needsPerson = own.find((finding) => finding.needsPerson !== undefined)?.needsPerson;
  if (needsPerson !== undefined) group.needsPerson ??= needsPerson;
  else if (own.every(({ code }) => policy.automatic.includes(code))) group.automatic.add(about.subject.id);
}

function addPlace(groups: Map<string, Group>, { policy }: Judged, finding: DriftFinding): void {
  const { remedy, code, ruleSetId, subject } = finding;
  if (remedy === null) return;
  const about = ruleSetId ?? subject.id;
  const group = groupFor(groups, remedy, about);
  group.findings += 1;
  if (policy.automatic.includes(code)) group.automatic.add(about);
  else group.needsPerson ??= null;
}

function groupFor(groups: Map<string, Group>, kind: RemedyKind, about: string): Group {
  const key = `${kind}|${about}`;
  const known = groups.get(key);
  if (known !== undefined) return known;
  const group: Group = {
    ...{ kind, about, findings: 0, machines: new Set<string>(), automatic: new Set<string>() },
    needsPerson: null,
  };
  groups.set(key, group);
  return group;
}

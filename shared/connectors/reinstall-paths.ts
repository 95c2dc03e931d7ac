import { NOT_ENFORCED } from '../inventory/policy-findings.ts';
import { type EstateFinding, FINDINGS, type FindingCode } from '../model/findings.ts';
import { normalizeId } from '../model/ids.ts';

/** A way by which the legacy agent comes back, or by which people are told to bring it back. */
export interface ReinstallPath {
  readonly code: FindingCode;
  readonly text: string;
  readonly subject: EstateFinding['subject'];
  readonly detail?: string;
  /** Whether it installs by itself; what does not only reports machines without the agent. */
  readonly installs: boolean;
  /** Where it works: a management group, subscription or resource group. */
  readonly scope: string;
  /** Migrated machines in its scope; null for a management group, whose members the inventory does not keep. */
  readonly migratedMachines: number | null;
  /** Whether it would put the agent back on a migrated machine; null: not known. */
  readonly reinstalls: boolean | null;
  /** The exact command that ends it. */
  readonly fix?: string;
}

/** Codes of findings that are such a way, with whether they install. */
const CODES: Partial<Record<FindingCode, boolean>> = {
  legacyInstallerAssigned: true,
  legacyInstallerCustom: true,
  defenderProvisioningAssigned: true,
  defenderAutoProvisioning: true,
  legacyAuditAssigned: false,
};

/**
 * The ways of an inventory's findings, those that reinstall first. `migrated` holds normalised ids of machines
 * that are verified on Azure Monitor Agent. Automanage profiles, images and scripts of the machine's owners are
 * no resources an inventory reads, so they are not among them (facts file 3.7). Pure.
 */
export function reinstallPaths(
  findings: readonly EstateFinding[],
  migrated: ReadonlySet<string>,
): ReinstallPath[] {
  return findings
    .flatMap((finding) => {
      const active = CODES[finding.code];
      return active === undefined ? [] : [pathOf(finding, active, migrated)];
    })
    .sort((a, b) => rank(a) - rank(b) || (a.subject.id < b.subject.id ? -1 : 1));
}

function pathOf(
  { code, subject, detail, fix }: EstateFinding,
  active: boolean,
  migrated: ReadonlySet<string>,
): ReinstallPath {
  const installs = active && detail?.endsWith(NOT_ENFORCED) !== true;
  const scope = normalizeId(subject.id).split('/providers/microsoft.authorization/')[0] ?? '';
  const known = scope.startsWith('/subscriptions/');
  const machines = known ? [...migrated].filter((id) => id.startsWith(`${scope}/`)).length : null;
  return {
    code,
    text: FINDINGS[code].text,
    subject,
    ...(detail === undefined ? {} : { detail }),
    installs,
    scope,
    migratedMachines: machines,
    reinstalls: !installs ? false : machines === null ? null : machines > 0,
    ...(fix === undefined ? {} : { fix }),
  };
}

function rank({ reinstalls, installs }: ReinstallPath): number {
  if (reinstalls === true) return 0;
  return installs ? 1 : 2;
}

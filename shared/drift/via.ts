import { type ReinstallPath, reinstallPaths } from '../connectors/reinstall-paths.ts';
import type { Baseline, Via } from '../model/drift.ts';
import type { EstateFinding } from '../model/findings.ts';
import type { Machine } from '../model/machine.ts';

const DEFENDER = new Set<string>(['defenderProvisioningAssigned', 'defenderAutoProvisioning']);

/**
 * Makes the function that says by what a legacy agent can have come back: paths of the inventory that install and
 * whose scope has the machine, the model of its scale set, an image when another machine has its name. What leaves no
 * trace in Azure remains as `script`. A management group's path counts for all, since an inventory does not keep whose
 * it is. Pure.
 */
export function createVia(
  findings: readonly EstateFinding[],
): (machine: Machine, baseline: Baseline) => readonly Via[] {
  const paths = reinstallPaths(findings, new Set()).filter(({ installs }) => installs);
  return (machine, baseline) => {
    const via: Via[] = paths
      .filter(({ scope }) => !scope.startsWith('/subscriptions/') || machine.id.startsWith(`${scope}/`))
      .map(viaOfPath);
    if (machine.findings.some(({ code }) => code === 'scaleSetModelInstallsLegacy'))
      via.push({
        kind: 'scaleSetModel',
        ...(machine.scaleSetId === null ? {} : { id: machine.scaleSetId }),
      });
    const another =
      baseline.vmId !== null && machine.vmId !== null && baseline.vmId !== machine.vmId.toLowerCase();
    if (another) via.push({ kind: 'image' });
    return via.length > 0 ? via : [{ kind: 'script' }];
  };
}

function viaOfPath({ code, subject, fix }: ReinstallPath): Via {
  const kind = DEFENDER.has(code) ? 'defender' : 'policy';
  return { kind, id: subject.id, ...(fix === undefined ? {} : { fix }) };
}

import type { NeedsGroup, NetworkRow } from './preflight.ts';

/** What to run on the servers of one Log Analytics gateway. */
export interface GatewayCommands {
  readonly profile: string;
  /** Host and port the machines use: of the gateway, or of the balancer before several. */
  readonly address: string;
  readonly machines: number;
  readonly commands: readonly string[];
}

const HOST = /^[a-z0-9.-]+$/;

/**
 * A gateway passes only hosts on its list, and reads it when it starts (facts file 3.3).
 * Patterns are left out: the list takes hosts.
 */
export function gatewayCommands(
  rows: readonly NetworkRow[],
  groups: readonly NeedsGroup[],
): readonly GatewayCommands[] {
  const found = new Map<string, { profile: string; address: string; hosts: string[] }>();
  for (const { from, profile, source, host } of rows) {
    if (from !== 'gateway' || profile === null || source === null) continue;
    const gateway = found.get(profile) ?? { profile, address: source, hosts: [] };
    if (HOST.test(host)) gateway.hosts.push(host);
    found.set(profile, gateway);
  }
  return [...found.values()].map(({ profile, address, hosts }) => ({
    profile,
    address,
    machines: groups
      .filter(({ needs }) => needs.path.kind === 'gateway' && needs.path.profile === profile)
      .reduce((sum, { machines }) => sum + machines, 0),
    commands: [
      ...hosts.map((host) => `Add-OMSGatewayAllowedHost -Host ${host}`),
      'Restart-Service OMSGatewayService',
    ],
  }));
}

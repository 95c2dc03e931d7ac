import { CLOUDS, type CloudName } from '../model/clouds.ts';

/** What the hosts of a cloud are made of; no scheme, no leading dot. Facts file 3.4. */
export interface NetworkCloud {
  readonly globalHandler: string;
  readonly handlerSuffix: string;
  readonly odsSuffix: string;
  readonly ingestSuffix: string;
  readonly metricsSuffix: string;
  readonly armHost: string;
  /** Whether Azure Monitor Metrics takes data from agents there at all. */
  readonly metrics: boolean;
  /** Zones that resolve the hosts to private addresses. */
  readonly privateZones: readonly string[];
}

/** The zone of the agent service follows Azure Automation, whose public domain is not that of Azure Monitor. */
const AUTOMATION_DOMAIN = {
  public: 'azure-automation.net',
  government: 'azure-automation.us',
  china: 'azure-automation.cn',
} as const satisfies Record<CloudName, string>;

/** The one place where the clouds' own table is read for hosts to open. */
export function networkCloud(name: CloudName): NetworkCloud {
  const { agentHosts, arm } = CLOUDS[name];
  const suffix = (host: string) => host.replace(/^\./, '');
  const odsSuffix = suffix(agentHosts.ingestion);
  const handlerSuffix = suffix(agentHosts.handler);
  return {
    globalHandler: agentHosts.globalHandler,
    handlerSuffix,
    odsSuffix,
    ingestSuffix: suffix(agentHosts.endpointIngestion),
    metricsSuffix: suffix(agentHosts.metrics),
    armHost: new URL(arm.endpoint).host,
    metrics: name === 'public',
    privateZones: [
      `privatelink.${handlerSuffix.replace('handler.control.', '')}`,
      `privatelink.${odsSuffix.replace('ods.', 'oms.')}`,
      `privatelink.${odsSuffix}`,
      `privatelink.agentsvc.${AUTOMATION_DOMAIN[name]}`,
    ],
  };
}

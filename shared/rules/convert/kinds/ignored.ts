import type { KindConverter, LossCode } from '../model.ts';
import { converted, loss, originOf } from '../wanted.ts';

interface Ignored {
  readonly kind: string;
  readonly code: Extract<LossCode, 'noAgentData' | 'noTarget'>;
  /** What the setting is about, and what there is instead. */
  readonly detail: string;
}

/**
 * Kinds of which no rule can be made. Source: facts file 3.6, last row, and the kinds of the REST specification of
 * dataSources 2020-08-01. Which of them concern the agent, and what follows them, is from Microsoft's documentation
 * as remembered and was not checked one by one.
 */
export const IGNORED_KINDS: readonly Ignored[] = [
  {
    kind: 'ApplicationInsights',
    code: 'noAgentData',
    detail: 'Application Insights connected to the workspace',
  },
  {
    kind: 'AzureActivityLog',
    code: 'noAgentData',
    detail: 'activity log of a subscription; its diagnostic setting follows',
  },
  {
    kind: 'AzureAuditLog',
    code: 'noAgentData',
    detail: 'audit log of a subscription; its diagnostic setting follows',
  },
  { kind: 'ImportComputerGroup', code: 'noAgentData', detail: 'computer groups imported from directories' },
  { kind: 'Itsm', code: 'noAgentData', detail: 'connector of a service desk' },
  { kind: 'Office365', code: 'noAgentData', detail: 'Office 365, read from service to service' },
  { kind: 'SqlDataClassification', code: 'noAgentData', detail: 'classification of data in Azure SQL' },
  {
    kind: 'GenericDataSource',
    code: 'noTarget',
    detail: 'setting of a solution; see what the solution needs',
  },
  { kind: 'NetworkMonitoring', code: 'noTarget', detail: 'Connection monitor of Network Watcher follows' },
  {
    kind: 'SecurityCenterSecurityWindowsBaselineConfiguration',
    code: 'noTarget',
    detail: 'machine configuration of Azure Policy follows',
  },
  {
    kind: 'SecurityWindowsBaselineConfiguration',
    code: 'noTarget',
    detail: 'machine configuration of Azure Policy follows',
  },
  { kind: 'WindowsTelemetry', code: 'noTarget', detail: 'Windows telemetry; nothing follows' },
];

const BY_KIND = new Map(IGNORED_KINDS.map((ignored) => [ignored.kind.toLowerCase(), ignored]));

/** Takes any kind: one that is not in the table is unknown to this app. */
export const ignored: KindConverter = (sources) => {
  const losses = sources.map((source) => {
    const known = BY_KIND.get(source.kind.toLowerCase());
    return known === undefined
      ? loss(originOf(source), 'unknownKind', source.kind)
      : loss(originOf(source), known.code, known.detail);
  });
  return converted([], losses);
};

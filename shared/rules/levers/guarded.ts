import { SECURITY_LOG_IDS } from '../convert/kinds/tiers.ts';

/** Event ids that security content commonly reads, with where that is written. The sets: facts file 3.10. */
const KNOWN: readonly { readonly log: string; readonly ids: readonly number[]; readonly source: string }[] = [
  {
    log: 'Security',
    ids: SECURITY_LOG_IDS.Minimal.flat(),
    source: 'the Minimal set of Microsoft Sentinel, as its documentation lists it',
  },
  {
    log: 'Security',
    ids: [4656, 4662, 4738, 4769, 5136, 5145],
    source: 'detections for SecurityEvent in the repository Azure/Azure-Sentinel',
  },
  {
    log: 'System',
    ids: [7045],
    source: 'detection "Credential Dumping Tools - Service Installation" in Azure/Azure-Sentinel',
  },
  {
    log: 'Microsoft-Windows-Sysmon/Operational',
    ids: [3, 18],
    source: 'detection "AD FS Remote HTTP Network Connection" in Azure/Azure-Sentinel',
  },
];

/** Why an event is not to be dropped lightly; undefined for any other one. `more` are the user's own ids. */
export function guardOf(log: string, eventId: number, more: readonly number[]): string | undefined {
  if (more.includes(eventId)) return 'the ids named in the request';
  return KNOWN.find((one) => one.log.toLowerCase() === log.toLowerCase() && one.ids.includes(eventId))
    ?.source;
}

/** How things are written for people. */

const number = new Intl.NumberFormat('en');
const compact = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });
const date = new Intl.DateTimeFormat('en-GB', {
  day: '2-digit',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZone: 'UTC',
});
const fullDate = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'medium',
  timeStyle: 'medium',
  timeZone: 'UTC',
});

export function count(n: number): string {
  return number.format(n);
}

export function decimal(n: number): string {
  return compact.format(n);
}

export function percent(share: number): string {
  return `${compact.format(share * 100)} %`;
}

/** "1 machine", "2 machines". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

export function when(iso: string | null | undefined): string {
  return iso == null ? '–' : date.format(new Date(iso));
}

export function whenExactly(iso: string): string {
  return `${fullDate.format(new Date(iso))} UTC`;
}

/** The two largest units: "3 d 4 h". */
export function duration(ms: number): string {
  const minutes = Math.round(Math.abs(ms) / 60_000);
  if (minutes < 1) return 'less than a minute';
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  const parts = [days > 0 && `${days} d`, hours > 0 && `${hours} h`, days === 0 && rest > 0 && `${rest} min`];
  return parts.filter(Boolean).join(' ');
}

export function ago(iso: string, nowMs: number): string {
  const ms = nowMs - Date.parse(iso);
  return ms >= 0 ? `${duration(ms)} ago` : `in ${duration(ms)}`;
}

const WORDS: Readonly<Record<string, string>> = {
  azureVm: 'Azure VM',
  arcServer: 'Arc server',
  scaleSet: 'Scale set',
  unmanaged: 'Unmanaged',
  awaitingApproval: 'awaiting approval',
  alreadyDone: 'already done',
  disableConnector: 'connector',
  returnLegacy: 'return legacy',
  undoAssociate: 'undo associate',
  undoInstall: 'undo install',
  alreadyMigrated: 'already migrated',
  notApplicable: 'not applicable',
  machineOwner: 'machine owner',
  platformTeam: 'platform team',
  securityTeam: 'security team',
  networkTeam: 'network team',
};

/** A word of the model as people read it. */
export function word(term: string): string {
  return WORDS[term] ?? term;
}

/** Subscription ids are long; the first part tells them apart. */
export function shortCell(cell: string): string {
  return cell.replace(/^([0-9a-f]{8})-[0-9a-f-]{27}/i, '$1…').replace('.', ' / ');
}

export function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

import type { HttpRequest } from '@azure/functions';
import type { Ledger } from '../../shared/ledger/ledger.ts';
import { type Caller, mayDo, type Origin, type Role, type Word } from '../../shared/model/caller.ts';
import type { Runtime } from '../compose.ts';
import { Problem } from './problem.ts';

/** A caller during one call; whom a workload acts for is known when the body is read. */
interface Admitted {
  readonly caller: Caller;
  onBehalfOf?: string;
}

const admitted = new WeakMap<HttpRequest, Admitted>();

/** Lets a call in. What was not let in is answered by no endpoint. */
export function admit(request: HttpRequest, caller: Caller): void {
  admitted.set(request, { caller });
}

function admittedAs(request: HttpRequest): Admitted {
  const found = admitted.get(request);
  if (found === undefined) throw new Error('a call reached its endpoint without being let in');
  return found;
}

/** The app as one call sees it: what it writes into the trail says who called, and from where. */
export interface CalledApp extends Runtime {
  /** The proven part of who calls; to go with the name that `callerOf` gave. */
  readonly proven: () => Omit<Word, 'by'>;
  /** Who calls, where no body says so. */
  readonly calledBy: string;
}

export function appOf(app: Runtime, request: HttpRequest): CalledApp {
  const call = admittedAs(request);
  const { audit } = app.ledger;
  const append: Ledger['audit']['append'] = (key, entries) =>
    audit.append(
      key,
      entries.map((entry) => ({ ...entry, origin: originOf(call) })),
    );
  return {
    ...app,
    ledger: { ...app.ledger, audit: { ...audit, append } },
    proven: () => provenOf(call),
    calledBy: call.caller.name ?? 'a function key',
  };
}

function provenOf({ caller: { id }, onBehalfOf }: Admitted): Omit<Word, 'by'> {
  return {
    ...(id === undefined ? {} : { byId: id }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
  };
}

function originOf({ caller, onBehalfOf }: Admitted): Origin {
  const { kind, id, address, correlationId } = caller;
  return {
    ...(id === undefined ? {} : { id }),
    ...(onBehalfOf === undefined ? {} : { onBehalfOf }),
    signedInBy: kind === 'key' ? 'functionKey' : 'entra',
    ...(address === undefined ? {} : { address }),
    correlationId,
    channel: 'api',
  };
}

/** Who calls, for answers that depend on it. */
export function callerFacts(request: HttpRequest): Pick<Caller, 'kind' | 'name' | 'roles'> & Word {
  const call = admittedAs(request);
  const { kind, name, roles } = call.caller;
  return { kind, roles, ...(name === undefined ? {} : { name }), by: name ?? '', ...provenOf(call) };
}

/**
 * The name of who calls: the signed-in principal's, else what the body says. A person speaks for nobody else; a
 * workload, such as a Logic App, may say whom it acts for, and keeps its own name.
 */
export function callerOf(request: HttpRequest, named: string | undefined): string {
  const call = admittedAs(request);
  const claimed = named?.trim() || undefined;
  const { kind, name } = call.caller;
  if (name === undefined) {
    if (claimed !== undefined) return claimed;
    throw new Problem('missingBy', 'Say who is asking.', [{ path: 'by', message: 'is required' }]);
  }
  if (claimed === undefined || claimed.toLowerCase() === name.toLowerCase()) return name;
  if (kind === 'workload') {
    call.onBehalfOf = claimed;
    return name;
  }
  throw new Problem('byDiffers', `You are signed in as ${name} and cannot call as somebody else.`, [
    { path: 'by', message: 'is not the name you are signed in with; leave it out' },
  ]);
}

/** Refuses what needs a further role because of what the request says or what it is about. */
export function requireRole(request: HttpRequest, role: Role, what: string): void {
  const { caller } = admittedAs(request);
  if (!mayDo(caller.roles, role)) throw missingRole(caller, role, what);
}

export function missingRole({ kind, roles }: Pick<Caller, 'kind' | 'roles'>, role: Role, what: string) {
  const has = roles.length === 0 ? 'no role' : `only ${roles.join(' and ')}`;
  const whose = kind === 'key' ? 'A function key gives' : 'You have';
  return new Problem('roleMissing', `${what} needs the role "${role}". ${whose} ${has}.`);
}

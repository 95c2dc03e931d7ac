import type { HttpResponseInit } from '@azure/functions';
import type { Fault } from '../../shared/model/faults.ts';

/** HTTP status of every problem code: the one table (RFC 9457 `code` is our extension member). */
const STATUS = {
  invalidRequest: 400,
  invalidJson: 400,
  missingBy: 400,
  byDiffers: 403,
  signInRequired: 401,
  roleMissing: 403,
  crossSiteRequest: 403,
  tooManyCalls: 429,
  inventoryNotFound: 404,
  planNotFound: 404,
  ruleSetNotFound: 404,
  leversNotFound: 404,
  exceptionNotFound: 404,
  subscriptionNotFound: 404,
  subscriptionOfSettings: 409,
  tooManySubscriptions: 409,
  addressRefused: 409,
  sealingKeyMissing: 409,
  secretUnavailable: 409,
  waveNotFound: 404,
  machineNotFound: 404,
  waveNotInPlan: 404,
  planRunNotFound: 404,
  inventoryNotReady: 409,
  inventoryTooOld: 409,
  windowsOver: 409,
  pilotLargerThanCap: 409,
  tooManyWaves: 409,
  waveExists: 409,
  previousWaveNotCompleted: 409,
  emptySelection: 409,
  workspaceNotReadable: 409,
  tableNotFound: 404,
  notCustomTable: 409,
  tableFailed: 409,
  legacyAgentWrites: 409,
  legacyAgentCanWrite: 409,
  unknownWriter: 409,
  writersUnknown: 409,
  confirmationDiffers: 409,
  azureRefused: 502,
  workspaceNotFound: 404,
  workspaceInUse: 409,
  changedMeanwhile: 409,
  connectorChanged: 409,
  nothingToRestore: 409,
  scopeNotClean: 409,
  guardNameTaken: 409,
  ruleSetConflicts: 409,
  waveFinished: 409,
  planRunActive: 409,
  nothingToRun: 409,
  waveNotCompleted: 409,
  runFinished: 409,
  runAborted: 409,
  runHeld: 409,
  waveAborted: 409,
  notAwaitingApproval: 409,
  notHeld: 409,
  notSoaking: 409,
  nothingToRetry: 409,
  waveReachedMachines: 409,
  machinesNotInPlan: 409,
  rollbackRunning: 409,
  dryRunWave: 409,
  nothingToRollBack: 409,
  driftNotFound: 404,
  driftActive: 409,
  driftNotReady: 409,
  driftOutdated: 409,
  remedyNotFound: 404,
  remedyRefused: 409,
  detailsPurged: 410,
  machineNotInWave: 409,
  requesterMayNotApprove: 403,
  ticketApproves: 409,
  deskNotConfigured: 409,
  callbackRefused: 401,
  messageReused: 409,
  ticketNotFound: 404,
  idempotencyKeyReused: 422,
  requestTooLarge: 413,
  internalError: 500,
  unavailable: 503,
  tookTooLong: 504,
} as const;

export type ProblemCode = keyof typeof STATUS;

export const PROBLEM_CODES = Object.keys(STATUS) as [ProblemCode, ...ProblemCode[]];

export function statusOf(code: ProblemCode): number {
  return STATUS[code];
}

/** Thrown by handlers for trouble the caller caused; the endpoint wrapper turns it into an answer. */
export class Problem extends Error {
  readonly code: ProblemCode;
  readonly faults: readonly Fault[];
  readonly headers: Readonly<Record<string, string>>;
  /** What was done of several things before one went wrong, in the form of the answer that is no problem. */
  readonly result: object | undefined;

  constructor(
    code: ProblemCode,
    detail: string,
    faults: readonly Fault[] = [],
    headers: Readonly<Record<string, string>> = {},
    result?: object,
  ) {
    super(detail);
    this.code = code;
    this.faults = faults;
    this.headers = headers;
    this.result = result;
  }
}

export const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not valid',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  409: 'Not possible now',
  410: 'No longer there',
  413: 'The request is too large',
  422: 'The request cannot be processed',
  429: 'Too many calls',
  500: 'Something went wrong',
  502: 'Azure did not do it',
  503: 'Not available',
  504: 'Took too long',
};

/** An RFC 9457 answer. */
export function problemResponse({ code, message, faults, headers, result }: Problem): HttpResponseInit {
  const status = STATUS[code];
  return {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
    body: JSON.stringify({
      type: `urn:ama-migration:problem:${code}`,
      title: TITLES[status],
      status,
      code,
      detail: message,
      ...(faults.length === 0 ? {} : { errors: faults }),
      ...(result === undefined ? {} : { result }),
    }),
  };
}

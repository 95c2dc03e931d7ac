import { guid } from '../random.ts';
import { region } from '../state/ids.ts';
import type { State } from '../state/state.ts';
import type { Operation } from '../state/types.ts';
import type { Call } from './call.ts';

/** Compute's poll interval in seconds: 15 status reads a minute and machine are allowed. Platform facts 6. */
export const POLL_SECONDS = 10;

/** Headers that announce an operation. VM addresses are long (about 4 KB in Azure, shorter here by default). */
export function operationHeaders(
  { state, host, apiVersion }: Pick<Call, 'state' | 'host' | 'apiVersion'>,
  operation: Operation,
): Record<string, string> {
  const { machine, id } = operation;
  const base = `https://${host}/subscriptions/${machine.subscription}/providers`;
  const place = region(machine.location);
  if (machine.kind === 'arcServer') {
    const hybrid = `${base}/Microsoft.HybridCompute/locations/${place}`;
    return {
      'azure-asyncoperation': `${hybrid}/operationstatus/${id}?api-version=${apiVersion}`,
      location: `${hybrid}/operationresults/${id}?api-version=${apiVersion}`,
      'retry-after': String(retryAfter(state)),
    };
  }
  const short = `${base}/Microsoft.Compute/locations/${place}/operations/${id}?p=${guid(state.seed, id, 'p')}&api-version=${apiVersion}`;
  const status = `${short}&t=${padding(state, id, state.operationUrlBytes - short.length - 3)}`;
  // Recorded traffic shows no Retry-After on a PUT's answer; the status address gives one. Platform facts 3.
  if (operation.kind === 'install' || operation.kind === 'update' || operation.kind === 'runScript')
    return { 'azure-asyncoperation': status };
  const location = status.replace(`/operations/${id}?`, `/operations/${id}?monitor=true&`);
  return { 'azure-asyncoperation': status, location, 'retry-after': String(retryAfter(state)) };
}

/** Seconds to wait before the next poll. */
export function retryAfter(state: State): number {
  return Math.max(1, Math.ceil(POLL_SECONDS / state.scale));
}

/** Stands for the signed state Azure puts into these addresses. */
function padding(state: State, id: string, length: number): string {
  if (length <= 0) return '0';
  const word = guid(state.seed, id, 't').replaceAll('-', '');
  return word.repeat(Math.ceil(length / word.length)).slice(0, length);
}
